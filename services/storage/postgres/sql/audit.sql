-- name: lock_head
-- Whoever has it is the only one who chains, until the end of the transaction.
SELECT document FROM audit_head FOR UPDATE;

-- name: head
SELECT document FROM audit_head;

-- name: append!
WITH added AS (
    INSERT INTO audit (sequence, subject, document)
    SELECT * FROM unnest(:sequences::bigint[], :subjects::text[], :documents::json[])
)
UPDATE audit_head SET document = :head;

-- name: page
SELECT sequence, document FROM audit
WHERE sequence > :after AND sequence <= :until
ORDER BY sequence
LIMIT :count;
