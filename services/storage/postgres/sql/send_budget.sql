-- name: reserve
SELECT granted, wait, at
FROM reserve_send(
    :conversation,
    :brief_interval, :brief_tolerance,
    :lasting_interval, :lasting_tolerance,
    :tenant_interval, :tenant_tolerance,
    :instant
);

-- name: hold_back!
INSERT INTO send_budget AS known (conversation_id, brief, lasting)
VALUES (
    :conversation, extract(epoch FROM clock_timestamp()) + :seconds + :brief_tolerance, '-infinity'
)
ON CONFLICT (conversation_id) DO UPDATE SET brief = greatest(known.brief, excluded.brief);

-- name: forget!
DELETE FROM send_budget
WHERE conversation_id <> '' AND greatest(brief, lasting) < extract(epoch FROM clock_timestamp());
