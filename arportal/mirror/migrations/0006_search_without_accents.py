from django.db import migrations

# How text is written for searching: no case, no accents, one sign for what is written in several ways. The
# accents of Latin, Greek, Cyrillic, Hebrew and Arabic go; those of other scripts make another word.
# Each function holds this text, and none calls another: a restored backup has no search path to find it by.
FOLD = r"""
CASE WHEN octet_length({text}) = length({text}) THEN lower({text})
ELSE normalize(replace(replace(replace(replace(
    translate(
        lower(regexp_replace(
            normalize(replace({text}, '´', ''''), NFKD),
            '[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670'
            || '\u1ab0-\u1ace\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]', '', 'g'
        )),
        'øɵłƚȴđðƌɗȡıɨȷɉħŧŋɲƞȵƀɓƃʉǥɠɍɏƴȼƈɇⱥⱦƫƭʈȶƶȥɀƒƙƥʋɋȿς‘’ʼ‐‒–—−',
        'oollldddddiijjhtnnnnbbbuggryycceatttttzzzfkpvqsσ''''''-----'
    ),
    'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), NFC)
END
"""
FOLDED = f"""
CREATE FUNCTION mirror_fold(field text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN {FOLD.format(text="field")}
"""
WORDS = rf"""
CREATE OR REPLACE FUNCTION mirror_words(store bigint, VARIADIC fields text[]) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    field text;
    rest text;
    found text[] := '{{}}';
    mark text := store || ':';
BEGIN
    FOREACH field IN ARRAY fields LOOP
        CONTINUE WHEN field = '' OR field IS NULL;
        field := left(field, 200);
        field := {FOLD.format(text="field")};
        FOREACH rest IN ARRAY regexp_split_to_array(field, '\s+') LOOP
            rest := left(regexp_replace(rest, '^[^[:alnum:]]+', ''), 100);
            WHILE rest <> '' LOOP
                found := found || (mark || rest);
                IF rest LIKE '0%' THEN
                    found := found || (mark || ltrim(rest, '0'));
                END IF;
                rest := regexp_replace(rest, '^[[:alnum:]]+[^[:alnum:]]*', '');
            END LOOP;
        END LOOP;
    END LOOP;
    RETURN array_to_tsvector(found);
END $$
"""
WORDS_BEGIN = rf"""
CREATE OR REPLACE FUNCTION mirror_words_begin(store bigint, search text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    word text;
    found text[] := '{{}}';
BEGIN
    search := left(search, 200);
    search := {FOLD.format(text="search")};
    FOREACH word IN ARRAY regexp_split_to_array(search, '\s+') LOOP
        word := left(regexp_replace(word, '^[^[:alnum:]]+', ''), 100);
        CONTINUE WHEN word = '';
        word := replace(replace(word, '\', '\\'), '''', '''''');
        found := found || ('''' || store || ':' || word || ''':*');
    END LOOP;
    RETURN nullif(array_to_string(found, ' & '), '')::tsquery;
END $$
"""


def again(table: str, column: str) -> migrations.RunSQL:
    """Makes the words of the rows anew in which there is an accent: few among a million, and no table is locked."""
    return migrations.RunSQL(
        f"UPDATE {table} SET {column} = {column} WHERE octet_length(words::text) <> length(words::text)",
        migrations.RunSQL.noop,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("mirror", "0005_payment_search"),
    ]

    operations = [
        migrations.RunSQL(FOLDED, "DROP FUNCTION mirror_fold"),
        migrations.RunSQL(WORDS, migrations.RunSQL.noop),
        migrations.RunSQL(WORDS_BEGIN, migrations.RunSQL.noop),
        again("mirror_invoice", "number"),
        again("mirror_payment", "memo"),
    ]
