package runbook

import (
	"strings"
	"testing"
)

// BenchmarkDanger judges a script of 50 lines.
func BenchmarkDanger(b *testing.B) {
	lines := []string{
		`set -euo pipefail`, `T=$(mktemp -d); trap 'rm -rf "$T"' EXIT`, `run() { echo "+ $*"; "$@"; }`,
		`for db in a b c; do run pg_dump -Fc -h "$HOST" "$db" > "$T/$db.dump"; done`, `if ! psql -h db1 -Atc 'select count(*) from orders' | grep -q 0; then echo no; fi`,
		`kubectl -n shop exec -i db-0 -- psql -c "select 1; -- drop table x"`, `find /srv/backups -name '*.dump' -mtime +7 -print0 | xargs -0 ls -l`,
		"psql prod <<SQL\nselect 'it''s' from t where a = $$ drop $$;\nSQL", `aws s3 ls "s3://$BUCKET/" | sort | tail -1 | awk '{print $4}'`,
	}
	var script []string
	for n := 0; n < 50; {
		for _, l := range lines {
			script = append(script, l)
			n += strings.Count(l, "\n") + 1
		}
	}
	text := strings.Join(script, "\n")
	b.ReportAllocs()
	for b.Loop() {
		Danger(text, "bash")
	}
}
