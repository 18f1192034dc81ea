from django.db import migrations

# A Change is sealed by the rows of activity that name it: what was asked for by the first, what became of it by the
# outcome.
SEALED = """
CREATE FUNCTION receivables_refuse_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM stores_activity
        WHERE change_id = OLD.id AND position IS NOT NULL AND (kind = 'outcome' OR TG_ARGV[0] = 'asked')
    ) THEN
        RAISE EXCEPTION 'change % is sealed', OLD.id;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER sealed_asked BEFORE UPDATE ON receivables_change FOR EACH ROW
    WHEN ((OLD.id, OLD.store_id, OLD.actor_id, OLD.verb, OLD.company_id, OLD.credit_id, OLD.payload, OLD.before,
        OLD.amount, OLD.currency, OLD.batch, OLD.asked_at)
        IS DISTINCT FROM (NEW.id, NEW.store_id, NEW.actor_id, NEW.verb, NEW.company_id, NEW.credit_id, NEW.payload,
        NEW.before, NEW.amount, NEW.currency, NEW.batch, NEW.asked_at))
    EXECUTE FUNCTION receivables_refuse_sealed('asked');
CREATE TRIGGER sealed_outcome BEFORE UPDATE ON receivables_change FOR EACH ROW
    WHEN (OLD.state IN ('applied', 'refused')
        AND (OLD.state, OLD.after, OLD.attempts, OLD.error, OLD.request_id, OLD.approved_by_id, OLD.approved_at,
        OLD.settled_at)
        IS DISTINCT FROM (NEW.state, NEW.after, NEW.attempts, NEW.error, NEW.request_id, NEW.approved_by_id,
        NEW.approved_at, NEW.settled_at))
    EXECUTE FUNCTION receivables_refuse_sealed('outcome');
CREATE TRIGGER sealed BEFORE DELETE ON receivables_change FOR EACH ROW
    EXECUTE FUNCTION receivables_refuse_sealed('asked');
"""
ANY_TIME = """
DROP TRIGGER sealed_asked ON receivables_change;
DROP TRIGGER sealed_outcome ON receivables_change;
DROP TRIGGER sealed ON receivables_change;
DROP FUNCTION receivables_refuse_sealed();
"""
# The Changes there were before the activity was.
EARLIER = """
INSERT INTO stores_activity (store_id, at, actor_id, who, kind, words, company_id, about, about_id, change_id, details,
    seal)
SELECT change.store_id, moment.at, moment.actor_id, moment.who, moment.kind, moment.words, change.company_id,
    CASE
        WHEN change.verb LIKE '%payment' OR change.verb = 'set payment status' THEN 'payment'
        WHEN change.verb LIKE '%receipt' THEN 'receipt'
        WHEN change.verb IN ('record order', 'edit order') THEN 'order'
        WHEN change.verb LIKE '%invoice' OR change.verb LIKE 'undo%'
            OR change.verb IN ('invoice order', 'write off', 'apply credit') THEN 'invoice'
        ELSE 'company'
    END,
    change.target_id, change.id, '{}', ''
FROM receivables_change AS change
JOIN stores_membership AS member ON member.id = change.actor_id
JOIN stores_user AS person ON person.id = member.user_id
CROSS JOIN LATERAL (VALUES
    (change.asked_at, member.id, coalesce(nullif(person.name, ''), person.email), 'change',
        upper(left(change.verb, 1)) || substr(change.verb, 2)),
    (change.settled_at, NULL, '', 'outcome', change.state)
) AS moment (at, actor_id, who, kind, words)
WHERE moment.at IS NOT NULL AND (moment.kind = 'change' OR change.state IN ('applied', 'refused'))
ORDER BY moment.at
"""


class Migration(migrations.Migration):

    dependencies = [
        ('receivables', '0024_reminders'),
        ('stores', '0011_activity_append_only'),
    ]

    operations = [
        migrations.RunSQL(SEALED, ANY_TIME),
        migrations.RunSQL(EARLIER, migrations.RunSQL.noop),
    ]
