-- name: find
SELECT name FROM marks WHERE name = :name;

-- name: put!
INSERT INTO marks (name) VALUES (:name) ON CONFLICT DO NOTHING;

-- name: claim
INSERT INTO marks (name) VALUES (:name) ON CONFLICT DO NOTHING RETURNING name;
