-- Each table keeps the whole document of the domain as it was written, and beside it the columns by which it
-- is found. Keys are compared byte by byte, as the embedded records do.

CREATE TABLE requests (
    id text COLLATE "C" PRIMARY KEY,
    ref text COLLATE "C" NOT NULL UNIQUE,
    version integer NOT NULL,
    state text COLLATE "C" NOT NULL,
    is_open boolean NOT NULL,
    requester_id text COLLATE "C" NOT NULL,
    beneficiary_id text COLLATE "C" NOT NULL,
    awaiting text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    document json NOT NULL
);

COMMENT ON COLUMN requests.awaiting IS 'Who may decide at the stage that is waited for';

CREATE UNIQUE INDEX requests_open ON requests (beneficiary_id) WHERE is_open;

CREATE INDEX requests_of_requester ON requests (requester_id, created_at, id);

CREATE INDEX requests_of_beneficiary ON requests (beneficiary_id, created_at, id);

CREATE INDEX requests_in_state ON requests (state, created_at, id);

CREATE INDEX requests_due ON requests (expires_at, id) WHERE state = 'pending';

CREATE INDEX requests_awaiting ON requests USING gin (awaiting) WHERE state = 'pending';

CREATE SEQUENCE request_refs;

CREATE TABLE numbers (
    e164 text COLLATE "C" PRIMARY KEY,
    type text COLLATE "C" NOT NULL,
    location text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    resting_until timestamptz,
    assignee_id text COLLATE "C",
    is_disputed boolean NOT NULL,
    document json NOT NULL
);

CREATE INDEX numbers_free ON numbers (location, type, e164) WHERE status = 'free' AND NOT is_disputed;

CREATE INDEX numbers_resting ON numbers (location, type, e164, resting_until)
WHERE status = 'resting' AND NOT is_disputed;

CREATE INDEX numbers_assigned ON numbers (assignee_id, e164) WHERE status = 'assigned';

CREATE TABLE audit (
    sequence bigint PRIMARY KEY,
    subject text COLLATE "C" NOT NULL,
    document json NOT NULL
);

CREATE INDEX audit_of_subject ON audit (subject, sequence);

CREATE TABLE audit_head (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    document json
);

COMMENT ON TABLE audit_head IS 'The last entry of the chain; its row is the lock under which the chain grows';

INSERT INTO audit_head DEFAULT VALUES;

CREATE TABLE posts (
    conversation_id text COLLATE "C" NOT NULL,
    activity_id text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    person_id text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (conversation_id, activity_id)
);

CREATE INDEX posts_of_request ON posts (request_id, position);

CREATE INDEX posts_of_person ON posts (person_id, position);

CREATE TABLE places (
    person_id text COLLATE "C" PRIMARY KEY,
    service_url text NOT NULL,
    conversation_id text NOT NULL,
    tenant_id text NOT NULL,
    bot_id text NOT NULL,
    channel_id text NOT NULL
);

CREATE TABLE stale (
    request_id text COLLATE "C" PRIMARY KEY,
    marks bigint NOT NULL DEFAULT 1,
    held_by text COLLATE "C" NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY
);

COMMENT ON TABLE stale IS 'The outbox: requests whose cards must be refreshed, and which replica is at it';

CREATE INDEX stale_in_order ON stale (position);

CREATE TABLE marks (
    name text PRIMARY KEY
);

CREATE TABLE replicas (
    id text COLLATE "C" PRIMARY KEY,
    version text NOT NULL,
    beats bigint NOT NULL DEFAULT 1
);
