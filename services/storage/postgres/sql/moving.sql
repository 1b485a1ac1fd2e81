-- name: count_numbers
SELECT count(*) AS count FROM numbers;

-- name: count_requests
SELECT count(*) AS count FROM requests;

-- name: count_posts
SELECT count(*) AS count FROM posts;

-- name: count_places
SELECT count(*) AS count FROM places;

-- name: count_notes
SELECT count(*) AS count FROM stale;

-- name: count_approvers
SELECT count(*) AS count FROM approvers;

-- name: count_marks
SELECT count(*) AS count FROM marks;

-- name: keys_of_numbers
SELECT ARRAY[e164] AS key FROM numbers
WHERE e164 > (:after::text[])[1]
ORDER BY e164 LIMIT :count;

-- name: keys_of_posts
SELECT ARRAY[conversation_id, activity_id] AS key FROM posts
WHERE (conversation_id, activity_id) > ((:after::text[])[1], (:after::text[])[2])
ORDER BY conversation_id, activity_id LIMIT :count;

-- name: keys_of_places
SELECT ARRAY[person_id] AS key FROM places
WHERE person_id > (:after::text[])[1]
ORDER BY person_id LIMIT :count;

-- name: keys_of_notes
SELECT ARRAY[request_id] AS key FROM stale
WHERE request_id > (:after::text[])[1]
ORDER BY request_id LIMIT :count;

-- name: keys_of_approvers
SELECT ARRAY[person_id] AS key FROM approvers
WHERE person_id > (:after::text[])[1]
ORDER BY person_id LIMIT :count;

-- name: keys_of_marks
SELECT ARRAY[name] AS key FROM marks
WHERE name > (:after::text[])[1]
ORDER BY name LIMIT :count;

-- name: requests_after
SELECT id, document FROM requests WHERE id > :after ORDER BY id LIMIT :count;

-- name: draw_after
SELECT setval('request_refs', :ref::bigint)
FROM request_refs
WHERE last_value < :ref OR (last_value = :ref AND NOT is_called);

-- name: take_numbers!
-- Here and below: with renew, a record that is there and differs becomes as the source has it; without, what
-- is there stays. A record that is there identically is never touched.
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
    document = excluded.document
WHERE :renew::boolean AND numbers.document::text <> excluded.document::text;

-- name: take_requests!
-- Versions tell which one is newer, so no renew is needed. Who may decide comes as JSON, because unnest would
-- flatten an array of arrays.
INSERT INTO requests (
    id, ref, version, state, is_open, requester_id, beneficiary_id, awaiting,
    created_at, expires_at, wakes_at, wakes_version, document
)
SELECT
    id, ref, version, state, is_open, requester, beneficiary,
    ARRAY(SELECT json_array_elements_text(awaiting)), created_at, expires_at, wakes_at, version, document
FROM unnest(
    :id::text[], :ref::text[], :version::integer[], :state::text[], :is_open::boolean[],
    :requester::text[], :beneficiary::text[], :awaiting::json[],
    :created_at::timestamptz[], :expires_at::timestamptz[], :wakes_at::timestamptz[], :document::json[]
) WITH ORDINALITY AS given (
    id, ref, version, state, is_open, requester, beneficiary, awaiting,
    created_at, expires_at, wakes_at, document, place
)
ORDER BY place
ON CONFLICT (id) DO UPDATE SET
    ref = excluded.ref,
    version = excluded.version,
    state = excluded.state,
    is_open = excluded.is_open,
    requester_id = excluded.requester_id,
    beneficiary_id = excluded.beneficiary_id,
    awaiting = excluded.awaiting,
    created_at = excluded.created_at,
    expires_at = excluded.expires_at,
    wakes_at = excluded.wakes_at,
    wakes_version = excluded.version,
    document = excluded.document
WHERE requests.version < excluded.version;

-- name: take_posts!
INSERT INTO posts (conversation_id, activity_id, request_id, person_id, version, born)
SELECT conversation_id, activity_id, request_id, person_id, version, born
FROM unnest(
    :conversation_id::text[], :activity_id::text[], :request_id::text[], :person_id::text[],
    :version::integer[], :born::integer[]
) WITH ORDINALITY AS given (conversation_id, activity_id, request_id, person_id, version, born, place)
ORDER BY place
ON CONFLICT (conversation_id, activity_id) DO UPDATE SET
    request_id = excluded.request_id,
    person_id = excluded.person_id,
    version = excluded.version,
    born = excluded.born
WHERE :renew::boolean
    AND (posts.request_id, posts.person_id, posts.version, posts.born)
    <> (excluded.request_id, excluded.person_id, excluded.version, excluded.born);

-- name: take_places!
INSERT INTO places (person_id, service_url, conversation_id, tenant_id, bot_id, channel_id)
SELECT * FROM unnest(
    :person_id::text[], :service_url::text[], :conversation_id::text[], :tenant_id::text[], :bot_id::text[],
    :channel_id::text[]
)
ON CONFLICT (person_id) DO UPDATE SET
    service_url = excluded.service_url,
    conversation_id = excluded.conversation_id,
    tenant_id = excluded.tenant_id,
    bot_id = excluded.bot_id,
    channel_id = excluded.channel_id
WHERE :renew::boolean
    AND (places.service_url, places.conversation_id, places.tenant_id, places.bot_id, places.channel_id)
    <> (
        excluded.service_url, excluded.conversation_id, excluded.tenant_id, excluded.bot_id, excluded.channel_id
    );

-- name: take_approvers!
INSERT INTO approvers (person_id, wants_digest, document)
SELECT * FROM unnest(:person_id::text[], :wants_digest::boolean[], :document::json[])
ON CONFLICT (person_id) DO UPDATE SET
    wants_digest = excluded.wants_digest,
    document = excluded.document
WHERE :renew::boolean AND approvers.document::text <> excluded.document::text;

-- name: take_notes!
-- Held by nobody, so that the first replica that looks takes them.
INSERT INTO stale (request_id, marks, held_by)
SELECT request_id, marks, ''
FROM unnest(:request_id::text[], :marks::bigint[]) WITH ORDINALITY AS given (request_id, marks, place)
ORDER BY place
ON CONFLICT (request_id) DO UPDATE SET marks = excluded.marks
WHERE :renew::boolean AND stale.marks <> excluded.marks;

-- name: take_marks!
INSERT INTO marks (name)
SELECT * FROM unnest(:name::text[])
ON CONFLICT DO NOTHING;

-- name: drop_posts!
DELETE FROM posts
WHERE (conversation_id, activity_id) IN (SELECT * FROM unnest(:firsts::text[], :seconds::text[]));

-- name: drop_notes!
DELETE FROM stale WHERE request_id IN (SELECT * FROM unnest(:firsts::text[]));
