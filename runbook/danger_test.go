package runbook

import (
	"strings"
	"testing"
)

// dangerCases give a script and the first words of what is destructive in
// it, with its place; "" for harmless ones.
var dangerCases = []struct{ language, script, want string }{
	{"bash", "rm -rf /var/lib/postgresql", "1:1 rm -rf /var/lib/postgresql"},
	{"bash", "rm -f /tmp/x", ""},
	{"bash", "ls\nsudo -u postgres dropdb shop", "2:1 dropdb shop"},
	{"bash", "timeout 5m env A=b nohup rm -r x", "1:1 rm -r x"},
	{"bash", "find . -name '*.dump' -print0 | xargs -0 rm -r", "1:33 rm -r"},
	{"bash", "find /backup -mtime +7 -delete", "1:1 find /backup"},
	{"bash", "find /b -exec rm {} +", "1:1 find /b"},
	{"bash", "bash -c 'cd /x && rm -rf y'", "1:"},
	{"bash", "ssh db1 sudo dropdb shop", "1:"},
	{"bash", "ssh -i key db1 uptime", ""},
	{"bash", "DIR=/data\nrm -r \"$DIR\"/*", "2:1 rm -r /data/*"},
	{"bash", "CMD='rm -rf'\n$CMD /x", "2:1 rm -rf /x"},
	{"bash", "dd if=/dev/zero of=/dev/sdb bs=1M", "1:1 dd"},
	{"bash", "dd if=/dev/sda of=/dev/null", ""},
	{"bash", "mkfs.ext4 /dev/sdb1", "1:1 mkfs.ext4"},
	{"bash", "zcat img.gz > /dev/sdb", "1:13 > /dev/sdb"},
	{"bash", "echo x > /dev/null", ""},
	{"bash", `psql -c "DROP TABLE orders"`, "1:1 DROP TABLE orders"},
	{"bash", `psql -tAc "select 1"`, ""},
	{"bash", `mysql -e 'delete from users; select 1'`, "1:"},
	{"bash", `kubectl exec -it db-0 -- psql -c "truncate t"`, "1:1 truncate t"},
	{"bash", "docker compose exec -T db psql -U u <<SQL\nselect 1;\ndrop schema app cascade;\nSQL", "3:1 drop schema"},
	{"bash", "pg_restore -d shop -c /tmp/x.dump", "1:1 pg_restore"},
	{"bash", "pg_restore -Fc -d shop /tmp/x.dump", "1:1 pg_restore -Fc"},
	{"bash", "pg_restore --clean -d shop x", "1:1 pg_restore --clean"},
	{"bash", "kubectl -n shop delete pvc data", "1:1 kubectl"},
	{"bash", "kubectl auth can-i delete pods", ""},
	{"bash", "kubectl delete pod x --dry-run=client", ""},
	{"bash", "aws s3 rm s3://b/x --recursive", "1:1 aws s3 rm"},
	{"bash", "aws s3 ls s3://b/rm", ""},
	{"bash", "aws rds delete-db-instance --db-instance-identifier x", "1:1 aws rds"},
	{"bash", "terraform destroy -auto-approve", "1:1 terraform destroy"},
	{"bash", "rsync -a --delete a/ b/", "1:1 rsync"},
	{"bash", "rm -rf <dir>", "1:1 rm -rf"},
	{"bash", "if then (\nrm -rf /x", "2:1 rm -rf /x"},
	{"bash", "echo 'rm -rf /'", ""},
	{"bash", "# rm -rf /", ""},
	{"sql", "DELETE FROM orders;", "1:1 DELETE FROM orders"},
	{"sql", "-- DROP TABLE x\nDELETE FROM orders WHERE id = 1;", "2:1 DELETE FROM orders"},
	{"sql", "select 'drop table x';\n  TRUNCATE orders;", "2:3 TRUNCATE orders"},
	{"sql", "alter table t drop column c", "1:1 alter table"},
	{"sql", "alter table t drop constraint c", ""},
	{"python", "rm -rf /", ""},
}

func TestDanger(t *testing.T) {
	for _, tt := range dangerCases {
		found := Danger(tt.script, tt.language)
		if tt.want == "" {
			if len(found) > 0 {
				t.Errorf("%q: harmless, found %+v", tt.script, found)
			}
			continue
		}
		if len(found) == 0 {
			t.Errorf("%q: nothing found, want %q", tt.script, tt.want)
			continue
		}
		got := Problem{Line: found[0].Line, Column: found[0].Column, Rule: found[0].What}
		if text := strings.TrimPrefix(got.Format(""), ":"); !strings.HasPrefix(strings.Replace(text, ": ", " ", 1), tt.want) {
			t.Errorf("%q: found %q, want %q", tt.script, text, tt.want)
		}
	}
}
