from django.db import migrations

# Members who were given companies with their subsidiaries see what is below these now, at any depth. Both sides are
# kept here: no writer of companies or of members can forget it. UNION, not UNION ALL: a circle of parents comes to an end.
FAMILIES = """
CREATE FUNCTION mirror_family(of_store bigint, tops bigint[]) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    WITH RECURSIVE family(api_id) AS (
        SELECT unnest(tops) UNION
        SELECT child.api_id FROM mirror_company child JOIN family ON child.parent_id = family.api_id
        WHERE child.store_id = of_store
    ) SELECT array_agg(api_id ORDER BY api_id) FROM family
$$;

CREATE FUNCTION mirror_see_families() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.company_ids := mirror_family(NEW.store_id, NEW.families);
    RETURN NEW;
END $$;
CREATE TRIGGER see_families BEFORE INSERT OR UPDATE OF store_id, families, company_ids ON stores_membership
    FOR EACH ROW WHEN (NEW.families <> '{}') EXECUTE FUNCTION mirror_see_families();

-- The store is locked as people.py does, so that a member who is changed meanwhile is looked at afterwards.
CREATE FUNCTION mirror_move_families(stores bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF stores IS NULL THEN RETURN; END IF;
    PERFORM FROM stores_store WHERE id = ANY(stores) ORDER BY id FOR NO KEY UPDATE;
    UPDATE stores_membership SET company_ids = company_ids
        WHERE store_id = ANY(stores) AND families <> '{}'
        AND company_ids <> mirror_family(store_id, families);
END $$;

CREATE FUNCTION mirror_company_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mirror_move_families((SELECT array_agg(DISTINCT store_id) FROM came WHERE parent_id IS NOT NULL));
    RETURN NULL;
END $$;
CREATE FUNCTION mirror_company_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mirror_move_families((
        SELECT array_agg(DISTINCT now.store_id) FROM came now JOIN went was USING (id)
        WHERE (now.parent_id, now.api_id, now.store_id) IS DISTINCT FROM (was.parent_id, was.api_id, was.store_id)
    ));
    RETURN NULL;
END $$;
CREATE FUNCTION mirror_company_went() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mirror_move_families((SELECT array_agg(DISTINCT store_id) FROM went WHERE parent_id IS NOT NULL));
    RETURN NULL;
END $$;
CREATE TRIGGER families_came AFTER INSERT ON mirror_company REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION mirror_company_came();
CREATE TRIGGER families_moved AFTER UPDATE ON mirror_company REFERENCING OLD TABLE AS went NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION mirror_company_moved();
CREATE TRIGGER families_went AFTER DELETE ON mirror_company REFERENCING OLD TABLE AS went
    FOR EACH STATEMENT EXECUTE FUNCTION mirror_company_went();
"""
BY_HAND = """
DROP TRIGGER families_came ON mirror_company;
DROP TRIGGER families_moved ON mirror_company;
DROP TRIGGER families_went ON mirror_company;
DROP TRIGGER see_families ON stores_membership;
DROP FUNCTION mirror_company_came();
DROP FUNCTION mirror_company_moved();
DROP FUNCTION mirror_company_went();
DROP FUNCTION mirror_move_families(bigint[]);
DROP FUNCTION mirror_see_families();
DROP FUNCTION mirror_family(bigint, bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("mirror", "0015_scan"), ("stores", "0007_people")]

    operations = [migrations.RunSQL(FAMILIES, BY_HAND)]
