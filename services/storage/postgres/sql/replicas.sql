-- name: beat!
INSERT INTO replicas (id, version) VALUES (:id, :version)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, beats = replicas.beats + 1;

-- name: everyone
SELECT id, version, beats FROM replicas ORDER BY id;

-- name: forget!
DELETE FROM replicas WHERE id = :id;
