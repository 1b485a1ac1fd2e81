-- name: lock
-- Most have chosen nothing and have no row to lock, so the lock is an advisory one by a hash of the id, whose seed
-- tells it apart from other hashes. It ends with the transaction.
SELECT pg_advisory_xact_lock(hashtextextended(:person_id, 23306));

-- name: find
SELECT document FROM approvers WHERE person_id = :person_id;

-- name: put!
INSERT INTO approvers (person_id, wants_digest, document)
SELECT :person_id::text, :wants_digest::boolean, :document::json
FROM pg_advisory_xact_lock(hashtextextended(:person_id::text, 23306))
ON CONFLICT (person_id) DO UPDATE SET
    wants_digest = excluded.wants_digest,
    document = excluded.document;

-- name: with_digest
SELECT document FROM approvers WHERE wants_digest ORDER BY person_id;
