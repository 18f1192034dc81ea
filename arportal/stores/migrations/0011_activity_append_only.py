from django.db import migrations

# Of a row, only the seal is ever added; the end of a chain only moves on.
APPEND_ONLY = """
CREATE FUNCTION stores_refuse_activity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.position IS NULL AND to_jsonb(NEW) - 'position' - 'seal' = to_jsonb(OLD) - 'position' - 'seal' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'activity % is append-only', OLD.id;
END $$;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE
    ON stores_activity FOR EACH ROW EXECUTE FUNCTION stores_refuse_activity();

CREATE FUNCTION stores_refuse_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.store_id = OLD.store_id AND NEW.position >= OLD.position THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the chain of store % only grows', OLD.store_id;
END $$;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE
    ON stores_activitychain FOR EACH ROW EXECUTE FUNCTION stores_refuse_chain();
"""
ANY_TIME = """
DROP TRIGGER append_only ON stores_activity;
DROP FUNCTION stores_refuse_activity();
DROP TRIGGER append_only ON stores_activitychain;
DROP FUNCTION stores_refuse_chain();
"""
RULE_CHANGES = """
INSERT INTO stores_activity (store_id, at, actor_id, who, kind, words, about, details, seal)
SELECT rule.store_id, rule.at, rule.actor_id, coalesce(nullif(person.name, ''), person.email), 'rule',
    (SELECT string_agg(replace(name, '_', ' '), ', ') FROM jsonb_object_keys(rule.after) AS name),
    '', jsonb_build_object('before', rule.before, 'after', rule.after), ''
FROM stores_rulechange AS rule
JOIN stores_membership AS member ON member.id = rule.actor_id
JOIN stores_user AS person ON person.id = member.user_id
ORDER BY rule.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('stores', '0010_activity'),
    ]

    operations = [
        migrations.RunSQL(RULE_CHANGES, migrations.RunSQL.noop),
        migrations.RunSQL(APPEND_ONLY, ANY_TIME),
        migrations.DeleteModel(name='RuleChange'),
    ]
