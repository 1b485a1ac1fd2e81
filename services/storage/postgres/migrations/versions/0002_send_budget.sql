-- Not logged: what was sent in the last minutes is worth no disk write for each message. After a crash of the
-- server the table is empty, which is what it would say a quarter of an hour later anyway.

CREATE UNLOGGED TABLE send_budget (
    conversation_id text COLLATE "C" PRIMARY KEY,
    brief double precision NOT NULL,
    lasting double precision NOT NULL
);

COMMENT ON TABLE send_budget IS
'When the buckets of each conversation will have drained, in seconds of the epoch. The row of no conversation is
the tenant''s, with its bucket under brief; whoever reserves holds it';

-- The rule of services/domain/allowance.py, with its numbers handed in. A function, because it must see what the
-- one before it wrote, which one statement does not, and because each round trip under the tenant's lock would
-- make all replicas wait. A changed rule gets a function of another name: replicas of two versions run together.

CREATE FUNCTION reserve_send(
    conversation text,
    brief_interval double precision,
    brief_tolerance double precision,
    lasting_interval double precision,
    lasting_tolerance double precision,
    tenant_interval double precision,
    tenant_tolerance double precision,
    instant double precision,
    OUT granted boolean,
    OUT wait double precision,
    OUT at double precision
) LANGUAGE plpgsql AS $$
DECLARE
    tenant send_budget;
    level send_budget;
    now_at double precision;
BEGIN
    INSERT INTO send_budget VALUES ('', '-infinity', '-infinity') ON CONFLICT DO NOTHING;
    SELECT * INTO tenant FROM send_budget WHERE conversation_id = '' FOR UPDATE;
    SELECT * INTO level FROM send_budget WHERE conversation_id = conversation FOR UPDATE;
    level.brief := coalesce(level.brief, '-infinity');
    level.lasting := coalesce(level.lasting, '-infinity');
    now_at := extract(epoch FROM clock_timestamp());

    at := greatest(level.brief - brief_tolerance, level.lasting - lasting_tolerance);
    granted := at - now_at <= instant;
    IF granted THEN
        at := greatest(now_at, tenant.brief - tenant_tolerance);
        UPDATE send_budget SET brief = greatest(tenant.brief, at) + tenant_interval WHERE conversation_id = '';
        INSERT INTO send_budget AS known
        VALUES (
            conversation,
            greatest(level.brief, at) + brief_interval,
            greatest(level.lasting, at) + lasting_interval
        )
        -- A pause that was asked for while there was no row to lock is kept.
        ON CONFLICT (conversation_id) DO UPDATE SET
            brief = greatest(known.brief, excluded.brief),
            lasting = greatest(known.lasting, excluded.lasting);
    END IF;
    wait := at - now_at;
END
$$;
