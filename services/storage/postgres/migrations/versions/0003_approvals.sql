-- Replicas of the version before may go on working meanwhile, so everything new may be left out by who writes.

-- No rows are written: where wakes_version is missing, a request is due when it expires, which is what it meant
-- before.

ALTER TABLE requests ADD COLUMN wakes_at timestamptz, ADD COLUMN wakes_version integer;

COMMENT ON COLUMN requests.wakes_at IS
'When something is to be done about a pending request by itself. It says so of wakes_version only: a replica that
knows stages without limits leaves both as they were when it saves a newer version, which is due when it expires';

CREATE INDEX requests_waking ON requests (
    (CASE WHEN wakes_version = version THEN wakes_at ELSE expires_at END), id
) WHERE state = 'pending';

-- The index requests_due is what the version before looks for due requests with, so it stays for now.

CREATE INDEX requests_in_order ON requests (created_at, id);

ALTER TABLE posts ADD COLUMN born integer NOT NULL DEFAULT 0;

COMMENT ON COLUMN posts.born IS 'The version of the request at which the message was sent';

CREATE TABLE approvers (
    person_id text COLLATE "C" PRIMARY KEY,
    wants_digest boolean NOT NULL,
    document json NOT NULL
);

COMMENT ON TABLE approvers IS 'What approvers chose for themselves: who stands in for them, how they are reminded';

CREATE INDEX approvers_with_digest ON approvers (person_id) WHERE wants_digest;
