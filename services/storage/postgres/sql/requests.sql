-- name: by_id
SELECT document FROM requests WHERE id = :id;

-- name: by_ref
SELECT document FROM requests WHERE ref = :ref;

-- name: next_ref
SELECT nextval('request_refs') AS number;

-- name: add
-- Waits for a transaction that is just adding one in the way, and gives nothing when that one stays.
INSERT INTO requests (
    id, ref, version, state, is_open, requester_id, beneficiary_id, awaiting,
    created_at, expires_at, wakes_at, wakes_version, document
) VALUES (
    :id, :ref, :version, :state, :is_open, :requester, :beneficiary, :awaiting,
    :created_at, :expires_at, :wakes_at, :version, :document
)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: in_the_way
SELECT id, ref FROM requests
WHERE id = :id OR ref = :ref OR (beneficiary_id = :beneficiary AND is_open)
ORDER BY id = :id DESC, ref = :ref DESC
LIMIT 1;

-- name: save
WITH other AS (
    SELECT ref FROM requests
    WHERE beneficiary_id = :beneficiary AND is_open AND id <> :id AND :is_open::boolean
), saved AS (
    UPDATE requests SET
        ref = :ref,
        version = :version,
        state = :state,
        is_open = :is_open,
        requester_id = :requester,
        beneficiary_id = :beneficiary,
        awaiting = :awaiting,
        created_at = :created_at,
        expires_at = :expires_at,
        wakes_at = :wakes_at,
        wakes_version = :version,
        document = :document
    WHERE id = :id AND version = :expected_version AND NOT EXISTS (SELECT FROM other)
    RETURNING id
)
SELECT
    EXISTS (SELECT FROM saved) AS saved,
    (SELECT ref FROM other) AS other,
    EXISTS (SELECT FROM requests WHERE id = :id) AS known;

-- name: open_of
SELECT document FROM requests WHERE beneficiary_id = :beneficiary AND is_open;

-- name: of
-- Two walks down an index each; an OR would read everything that the person ever had.
WITH found AS (
    (
        SELECT id FROM requests WHERE requester_id = :person
        ORDER BY created_at DESC, id DESC LIMIT :count
    )
    UNION
    (
        SELECT id FROM requests WHERE beneficiary_id = :person
        ORDER BY created_at DESC, id DESC LIMIT :count
    )
)
SELECT document FROM requests JOIN found USING (id)
ORDER BY created_at DESC, id DESC
LIMIT :count;

-- name: awaiting
-- Only ids are sorted, so that no document is read which is not on the page.
WITH page AS (
    SELECT id FROM requests
    WHERE state = 'pending' AND awaiting @> ARRAY[:approver::text]
    ORDER BY created_at, id
    LIMIT :count OFFSET :skip
)
SELECT document FROM requests JOIN page USING (id) ORDER BY created_at, id;

-- name: count_awaiting
SELECT count(*) AS count FROM requests
WHERE state = 'pending' AND awaiting @> ARRAY[:approver::text];

-- name: in_state
SELECT document FROM requests WHERE state = :state ORDER BY created_at, id LIMIT :count;

-- name: in_state_after
SELECT document FROM requests
WHERE state = :state AND (created_at, id) > (:created_at, :id)
ORDER BY created_at, id
LIMIT :count;

-- name: due
-- Written as the index has it. A wakes_at of another version than the row's is out of date: see its comment.
SELECT document FROM requests
WHERE state = 'pending' AND CASE WHEN wakes_version = version THEN wakes_at ELSE expires_at END <= :now
ORDER BY CASE WHEN wakes_version = version THEN wakes_at ELSE expires_at END, id
LIMIT :count;

-- name: listed
SELECT document FROM requests ORDER BY created_at, id LIMIT :count;

-- name: listed_after
SELECT document FROM requests
WHERE (created_at, id) > (:created_at, :id)
ORDER BY created_at, id
LIMIT :count;
