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

// Scripts that grow as they are followed are followed so far and no further.
func TestDangerIsBounded(t *testing.T) {
	for name, script := range map[string]string{
		"a value that doubles":  "x=rm\n" + strings.Repeat("x=\"$x $x\"\n", 60) + "$x -rf /srv",
		"a list that doubles":   "l=(rm -rf)\n" + strings.Repeat("l+=(\"${l[@]}\" \"${l[@]}\")\n", 60) + "\"${l[@]}\" /srv",
		"functions that branch": strings.Repeat("f() { g; g; g; }; g() { f; f; rm -rf /srv; }\n", 30) + "f",
		"braces":                "rm -rf " + strings.Repeat("{1..99}", 20),
		"substitutions":         "rm -rf /srv " + strings.Repeat("$(echo a ", 60) + strings.Repeat(")", 60),
		"fed substitutions":     "rm -rf /srv; " + strings.Repeat("$(echo a | cat | sh -c 'x' ", 30) + strings.Repeat(")", 30),
		"nested shells":         strings.Repeat("bash -c '", 1) + strings.Repeat("eval \"eval ", 40) + "rm -rf /srv" + strings.Repeat("\"", 40) + "'; rm -rf /srv",
		"many values":           "for a in 1 2 3 4 5 6 7 8; do for b in 1 2 3 4 5 6 7 8; do " + strings.Repeat("rm -rf /srv/$a$b; bash -c \"rm -rf /srv/$a$b\"; ", 40) + "done; done",
	} {
		if len(Danger(script, "bash")) == 0 {
			t.Errorf("%s: nothing found", name)
		}
	}
}
