-- name: of_request
SELECT request_id, person_id, conversation_id, activity_id, version, born FROM posts
WHERE request_id = :request
ORDER BY position;

-- name: of_person
SELECT request_id, person_id, conversation_id, activity_id, version, born FROM posts
WHERE person_id = :person
ORDER BY position DESC
LIMIT :count;

-- name: put!
INSERT INTO posts (conversation_id, activity_id, request_id, person_id, version, born)
VALUES (:conversation_id, :activity_id, :request_id, :person_id, :version, :born)
ON CONFLICT (conversation_id, activity_id) DO UPDATE SET
    request_id = excluded.request_id,
    person_id = excluded.person_id,
    version = excluded.version,
    born = excluded.born;

-- name: remove!
DELETE FROM posts WHERE conversation_id = :conversation_id AND activity_id = :activity_id;

-- name: place_of
SELECT * FROM places WHERE person_id = :person;

-- name: some_place
SELECT * FROM places LIMIT 1;

-- name: put_place!
INSERT INTO places (person_id, service_url, conversation_id, tenant_id, bot_id, channel_id)
VALUES (:person_id, :service_url, :conversation_id, :tenant_id, :bot_id, :channel_id)
ON CONFLICT (person_id) DO UPDATE SET
    service_url = excluded.service_url,
    conversation_id = excluded.conversation_id,
    tenant_id = excluded.tenant_id,
    bot_id = excluded.bot_id,
    channel_id = excluded.channel_id;

-- name: mark_stale!
-- The update of a known note also makes whoever is just clearing it look again.
INSERT INTO stale (request_id, held_by) VALUES (:request, :replica)
ON CONFLICT (request_id) DO UPDATE SET marks = stale.marks + 1;

-- name: note_of
SELECT request_id, marks FROM stale WHERE request_id = :request;

-- name: take_stale
-- What this replica holds comes first, so that it goes on holding it. What a replica held that has gone is free.
WITH taken AS (
    SELECT request_id FROM stale
    WHERE held_by = :replica
        OR NOT EXISTS (SELECT FROM replicas WHERE replicas.id = stale.held_by)
    ORDER BY held_by = :replica DESC, position
    LIMIT :count
    FOR UPDATE SKIP LOCKED
), held AS (
    UPDATE stale SET held_by = :replica
    FROM taken WHERE stale.request_id = taken.request_id
    RETURNING stale.request_id, stale.marks, stale.position
)
SELECT request_id, marks FROM held ORDER BY position;

-- name: clear_stale!
DELETE FROM stale WHERE request_id = :request AND marks = :marks;
