-- name: lock
SELECT document FROM numbers WHERE e164 = :e164 FOR UPDATE;

-- name: put!
INSERT INTO numbers (e164, type, location, status, resting_until, assignee_id, is_disputed, document)
SELECT * FROM unnest(
    :e164s::text[], :types::text[], :locations::text[], :statuses::text[],
    :resting::timestamptz[], :assignees::text[], :disputed::boolean[], :documents::json[]
)
ON CONFLICT (e164) DO UPDATE SET
    type = excluded.type,
    location = excluded.location,
    status = excluded.status,
    resting_until = excluded.resting_until,
    assignee_id = excluded.assignee_id,
    is_disputed = excluded.is_disputed,
    document = excluded.document;

-- name: add
INSERT INTO numbers (e164, type, location, status, resting_until, assignee_id, is_disputed, document)
SELECT * FROM unnest(
    :e164s::text[], :types::text[], :locations::text[], :statuses::text[],
    :resting::timestamptz[], :assignees::text[], :disputed::boolean[], :documents::json[]
)
ON CONFLICT (e164) DO NOTHING
RETURNING e164;

-- name: offered
-- The first of each type, free or rested, each down an index of its own, which has all that is asked for;
-- however many numbers there are, a few are read.
WITH candidates AS MATERIALIZED (
    SELECT n.e164
    FROM unnest(:types::text[]) AS wanted (type)
    CROSS JOIN LATERAL (
        (
            SELECT e164 FROM numbers
            WHERE location = :location AND type = wanted.type AND status = 'free' AND NOT is_disputed
            ORDER BY e164 LIMIT :count
        )
        UNION ALL
        (
            SELECT e164 FROM numbers
            WHERE location = :location AND type = wanted.type AND status = 'resting' AND NOT is_disputed
                AND resting_until <= :now
            ORDER BY e164 LIMIT :count
        )
    ) AS n
    ORDER BY n.e164
    LIMIT :count
)
SELECT numbers.document FROM candidates JOIN numbers USING (e164) ORDER BY e164;

-- name: lock_next
-- The candidates are found as above, then the first of them that nobody else has locked is taken.
WITH candidates AS MATERIALIZED (
    SELECT n.e164
    FROM unnest(:types::text[]) AS wanted (type)
    CROSS JOIN LATERAL (
        (
            SELECT e164 FROM numbers
            WHERE location = :location AND type = wanted.type AND status = 'free' AND NOT is_disputed
            ORDER BY e164 LIMIT :count
        )
        UNION ALL
        (
            SELECT e164 FROM numbers
            WHERE location = :location AND type = wanted.type AND status = 'resting' AND NOT is_disputed
                AND resting_until <= :now
            ORDER BY e164 LIMIT :count
        )
    ) AS n
    ORDER BY n.e164
    LIMIT :count
)
SELECT numbers.document
FROM candidates JOIN numbers USING (e164)
WHERE NOT numbers.is_disputed
    AND (numbers.status = 'free' OR (numbers.status = 'resting' AND numbers.resting_until <= :now))
ORDER BY candidates.e164
LIMIT 1
FOR UPDATE OF numbers SKIP LOCKED;

-- name: pause
SELECT pg_sleep(:seconds);

-- name: assigned_to
SELECT document FROM numbers WHERE assignee_id = :person AND status = 'assigned' ORDER BY e164;

-- name: free_by_location
-- Hops from location to location along the indexes and counts each as far as is asked for.
WITH RECURSIVE with_free (location) AS (
    (
        SELECT location FROM numbers WHERE status = 'free' AND NOT is_disputed
        ORDER BY location, type, e164 LIMIT 1
    )
    UNION ALL
    SELECT (
        SELECT location FROM numbers
        WHERE status = 'free' AND NOT is_disputed AND location > with_free.location
        ORDER BY location, type, e164 LIMIT 1
    )
    FROM with_free WHERE with_free.location IS NOT NULL
), with_resting (location) AS (
    (
        SELECT location FROM numbers WHERE status = 'resting' AND NOT is_disputed
        ORDER BY location, type, e164 LIMIT 1
    )
    UNION ALL
    SELECT (
        SELECT location FROM numbers
        WHERE status = 'resting' AND NOT is_disputed AND location > with_resting.location
        ORDER BY location, type, e164 LIMIT 1
    )
    FROM with_resting WHERE with_resting.location IS NOT NULL
)
SELECT places.location, least(counted.count, :most) AS count
FROM (SELECT location FROM with_free UNION SELECT location FROM with_resting) AS places
CROSS JOIN LATERAL (
    SELECT count(*) AS count FROM (
        (
            SELECT FROM numbers
            WHERE location = places.location AND status = 'free' AND NOT is_disputed
            LIMIT :most
        )
        UNION ALL
        (
            SELECT FROM numbers
            WHERE location = places.location AND status = 'resting' AND NOT is_disputed
                AND resting_until <= :now
            LIMIT :most
        )
    ) AS few
) AS counted
WHERE places.location IS NOT NULL AND counted.count > 0;

-- name: count
SELECT count(*) AS count FROM numbers;
