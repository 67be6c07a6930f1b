package runbook

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// destructiveScripts destroy something, each in one place at least.
var destructiveScripts = []string{
	`echo 'drop database prod;' | psql`,
	`echo "DROP TABLE orders" | sudo -u postgres psql -q prod`,
	`printf 'drop table %s;\n' orders | psql prod`,
	`printf "%s\n" "truncate orders" | mysql prod`,
	`echo "delete from orders" | mariadb prod`,
	`echo "DELETE FROM orders;" | sqlite3 app.db`,
	`echo -e "select 1;\ndrop table x;" | psql`,
	`cat <<E | psql prod` + "\ndrop schema app cascade;\nE",
	`eval "rm -rf /srv"`,
	`eval rm -rf /srv`,
	`eval 'sudo rm -rf "/srv/data"'`,
	"alias k=kubectl; k delete ns prod",
	"alias k='kubectl -n prod'\nk delete pvc data",
	`sqlite3 db 'DELETE FROM orders'`,
	`sqlite3 -batch db "drop table orders"`,
	`sqlite3 db '.restore x'`,
	"sqlite3 db <<E\n.restore x\nE",
	"psql prod <<'SQL'\ndrop table orders;\nSQL",
	"psql <<< 'truncate orders'",
	"mysql -h db1 prod <<<\"DROP DATABASE prod\"",
	"sudo -u postgres psql -d prod <<-X\n\tdrop table x;\n\tX",
	"{ psql prod; } <<E\ndrop table x;\nE",
	`psql -c 'delete from orders where id = 4'`, `pg_dump prod > /backup/prod.sql`, `rm -f "$PIDFILE"`, `ls > files.txt`,
	`tar -czf - /srv | ssh b 'cat > x'`, "cat > x.sql <<E\ndrop table x;\nE",
	`psql prod < dump.sql`,
	`time psql prod <dump.sql`,
	`psql -f drop.sql`,
	`psql --file=drop.sql prod`,
	`psql -qf drop.sql prod`,
	`gunzip -c x | psql prod`,
	`aws s3 cp s3://b/x - | gunzip | psql -v ON_ERROR_STOP=1 prod`,
	`zcat x.gz | docker exec -i db psql -U app prod`,
	`kubectl -n shop exec -i db-0 -- psql prod < dump.sql`,
	`cat x.sql | ssh db1 'psql prod'`,
	`ssh db1 "psql prod" < x.sql`,
	`mysql prod < x`,
	`mysql -u root -p prod < x`,
	`psql -c "$SQL"`,
	`psql -c '\i drop.sql'`,
	`pg_restore -d X x.dump`,
	`pg_restore --dbname="postgresql://db1/prod" --jobs=4 x.dump`,
	`mongo --eval 'db.dropDatabase()'`,
	`mongosh "mongodb://db1/prod" --quiet --eval "db.orders.drop()"`,
	`mongosh prod --eval 'db.orders.deleteMany({})'`,
	`: > file`,
	`> file`,
	`>| "$LOG"`,
	`cat /dev/null > /var/log/app.log`,
	`sudo truncate -s 0 /var/log/app.log`,
	`truncate --size=0 data.db`,
	`tar -C / -xf backup.tar`,
	`tar xzf backup.tgz -C /`,
	`tar -xzC /var/lib -f backup.tgz`,
	`find /backup -name '*.gz' -delete`,
	`find /backup -type f | xargs rm`,
	`find /backup -print0 | sudo xargs -0 -n 1 rm -f`,
	`find /backup -exec rm {} \;`,
	`find /backup -exec sh -c 'rm -rf "$1"' _ {} \;`,
	`kubectl scale deploy/web --replicas=0`,
	`kubectl -n prod scale --replicas 0 sts db`,
	`kubectl drain node-1 --ignore-daemonsets`,
	`KUBECONFIG=x kubectl delete pod db-0`,
	`docker rm -f db`, `docker rm -fv db`, `docker volume rm pgdata`, `docker system prune -af`,
	`docker compose down -v`,
	`systemctl stop postgresql`, `sudo systemctl restart postgresql@15-main`, `sudo service postgresql stop`,
	`/etc/init.d/mysql stop`, `pg_ctl -D /data stop -m fast`, `reboot`, `sudo shutdown -h now`, `poweroff`,
	`kill -9 4242`, `kill -s KILL "$(pidof postgres)"`, `kill -SIGKILL 1`,
	`etcdctl del --prefix /app`, `redis-cli -h cache flushall`, `redis-cli FLUSHDB`, `echo flushall | redis-cli`,
	`helm uninstall shop`, `helm -n shop delete shop`,
	`aws rds delete-db-cluster --db-cluster-identifier x`, `aws --profile prod rds delete-db-parameter-group --name x`,
	`aws s3 sync a s3://b --delete`, `gcloud sql instances delete prod`, `az sql db delete -n prod`,
	`git push --force origin main`, `git push -f`, `git push origin +main`,
	`su - postgres -c 'dropdb prod'`, `runuser -u postgres -- dropdb prod`, `sudo -iu postgres dropdb x`,
	"bash <<E\nrm -rf /srv\nE", `echo 'rm -rf /srv' | sh`, `ssh db1 'sudo sh -c "rm -rf /srv"'`,
	`rm -rf "${DIR:?}"/data`, `rm -rf "$(cat list)"`, `"rm" '-rf' /srv`, `\rm -rf /srv`, `r\m -r\f /srv`,
	`if true; then ( cd /srv && rm -rf -- data ); fi`, "rm \\\n  -rf \\\n  /srv", `docker run --rm -v d:/d alpine rm -rf /d`,
	"psql <<E\n\\c other\ndrop table x;\nE", "mysql <<E\nuse prod\ndrop table x;\nE", `while read -r f; do rm "$f"; done < list`,
	"D=/srv\nif x; then D=$(mktemp -d); fi\nrm -rf \"$D\"",
}

// harmlessScripts destroy nothing, though some of them look as if they did.
var harmlessScripts = []string{
	`psql -c 'select count(*) from orders'`, `psql -Atc "select 'drop table x'"`, `psql -l`, `psql --list`, `psql --version`,
	`echo 'select 1;' | psql prod`, `printf 'select %s;\n' 1 | psql prod`, "psql prod <<E\nselect 1;\nE", `psql <<< 'select 1'`,
	`psql prod -c '\dt' < /dev/null`, `psql -c 'select 1' | grep drop`,
	`mysql -e 'show tables' prod`, `mysql -N -B -e "select 1"`, `sqlite3 app.db 'select 1'`, `sqlite3 app.db .tables`,
	`sqlite3 app.db ".backup /backup/x.db"`, `sqlite3 app.db 'pragma integrity_check'`, `mongosh --eval 'db.stats()'`,
	`mongosh --quiet --eval "db.orders.countDocuments({})" prod`, `pg_restore -l x.dump`, `pg_restore --list x.dump`,
	`pg_restore -f /dev/null x.dump`, `pg_restore --file=/dev/null x.dump`, `pg_restore --version`, `pg_restore -l x | head`,
	`pg_dump -Fc -c prod | gzip > /tmp/x.gz`, `pg_isready -h db1`,
	`kubectl get pods`, `kubectl describe pod delete`, `kubectl logs -f deploy/web`, `kubectl scale deploy/web --replicas=3`,
	`kubectl scale deploy/web --replicas=10`, `kubectl exec db-0 -- ls /data`, `kubectl delete pod x --dry-run=server`,
	`kubectl -n shop exec db-0 -- psql -c 'select 1'`, `docker ps`, `docker ps -a --filter name=rm`, `docker run --rm alpine ls`,
	`docker logs -f db`, `docker exec db psql -c 'select 1'`, `systemctl status postgresql`, `systemctl start postgresql`,
	`systemctl is-active postgresql`, `service postgresql status`, `pg_ctl status -D /data`, `shutdown -c`, `kill -0 42`, `kill 42`,
	`terraform plan`, `terraform plan -out=x`, `aws s3 ls s3://b`, `aws s3 cp s3://b/x .`, `aws s3 sync a s3://b --delete --dryrun`,
	`aws rds describe-db-instances`, `gcloud sql instances list`, `az account show`, `helm list`, `helm history shop`,
	`git push origin main`, `git push`, `git status`, `redis-cli -h cache info`, `redis-cli ping`, `etcdctl get --prefix /app`,
	`rm /tmp/x.sql`, `rm -f "/tmp/x.sql"`, "T=$(mktemp)\npg_dump x > \"$T\"\nrm -f \"$T\"", "T=$(mktemp -d)\nrm -rf \"$T\"",
	"tmp=`mktemp -d`; trap 'rm -rf \"$tmp\"' EXIT", "local_tmp=$(mktemp -d /tmp/x.XXX)\nrm -rf \"${local_tmp}/a\"",
	`grep drop file`, `grep -rn 'rm -rf' .`, `echo "do not rm -rf /"`, `echo 'drop database prod;'`, `# rm -rf /`,
	"ls # then rm -rf /", `printf 'kubectl delete ns prod\n'`, `ls > /dev/null`, `ls 2>/dev/null`, `ls >/dev/null 2>&1`, `ls &> /dev/null`,
	`date >> log`, `date >> /var/log/drill.log`, `: > /tmp/x`, `> /tmp/x`, `: 2> err`,
	`tar -tf backup.tar`, `tar -C / -cf backup.tar etc`, `tar -xf backup.tar -C /tmp/x`,
	`find /backup -name '*.gz'`, `find /backup -exec ls {} +`, `find . | xargs ls`, `find . | xargs grep delete`, `alias k=kubectl; k get ns`,
	`eval "$(ssh-agent)"`, `cat x.sql`, `truncate -s 0 /tmp/x`, `dd if=/dev/zero of=/tmp/x`,
	`rsync -a --delete --dry-run a/ b/`, `rsync -a a/ b/`, `dropdb --help`, `cat x.sql | grep -i 'drop table'`, `history | grep reboot`,
	`man shutdown`, `which dropdb`, `echo reboot`, `cat x | wc -l`, `git commit -m 'push --force'`,
}

func TestDangerTables(t *testing.T) {
	if len(destructiveScripts) < 60 || len(harmlessScripts) < 60 {
		t.Errorf("%d destructive, %d harmless: too few", len(destructiveScripts), len(harmlessScripts))
	}
	for _, script := range destructiveScripts {
		if len(Danger(script, "bash")) == 0 {
			t.Errorf("%q: nothing found", script)
		}
	}
	for _, script := range harmlessScripts {
		if found := Danger(script, "bash"); len(found) > 0 {
			t.Errorf("%q: harmless, found %+v", script, found)
		}
	}
}

func TestDangerOperands(t *testing.T) {
	for script, want := range map[string]string{
		`rm -rf a "b c"`:                      "a|b c",
		`rm -rf -- -x`:                        "-x",
		`rm -rf <dir>`:                        "<dir>",
		`rm -rf "$LIFEBOAT_TARGET_PATH"/x`:    "$LIFEBOAT_TARGET_PATH/x",
		`rm -rf "${LIFEBOAT_TARGET_PATH%/*}"`: "${LIFEBOAT_TARGET_PATH%/*}",
		"LIFEBOAT_TARGET_PATH=/\nrm -rf $LIFEBOAT_TARGET_PATH":                     "/",
		"for LIFEBOAT_TARGET_PATH in /a /b; do rm -rf $LIFEBOAT_TARGET_PATH; done": "…",
		"psql \"$A\" <<E\n\\c prod\ndrop table x;\nE":                              "$A|…",
		"read X; rm -rf \"$X/y\"":                                                  "…/y",
		`psql -c 'drop table x'`:                                                   "",
		`psql "$LIFEBOAT_TARGET_DSN" -c 'drop table x'`:                            "$LIFEBOAT_TARGET_DSN",
		`psql -h db1 -p 5433 -U me -d prod -c 'drop table x'`:                      "db1|5433|prod",
		`PGHOST=db1 psql -c 'drop table x'`:                                        "PGHOST=db1",
		"export PGHOST=db1\npsql -c 'drop table x'":                                "PGHOST=db1",
		`env PGHOST=db1 psql -c 'drop table x'`:                                    "PGHOST=db1",
		`psql "$A" -c '\c prod' -c 'drop table x'`:                                 "$A|…",
		`psql "$A" -c 'drop database prod'`:                                        "$A|prod",
		`psql "$A" < x.sql`:                                                        "$A|…",
		`gunzip -c x | psql -d "$A"`:                                               "$A|…",
		`pg_restore -Fc -dshop -j4 /b/x.dump`:                                      "shop",
		`dropdb -h db1 --if-exists shop`:                                           "db1|shop",
		`mysql -hdb1 -uroot -psecret shop < x`:                                     "db1|shop|…",
		`sqlite3 app.db 'delete from x'`:                                           "app.db",
		`: > "a b"`:                                                                "a b",
		`find /b -name x | xargs rm -f`:                                            "…",
		`find /b /c -delete`:                                                       "/b|/c",
		`ssh db1 rm -rf /x`:                                                        "db1|/x",
		`docker exec -i db rm -rf /x`:                                              "db|/x",
		`kubectl exec db-0 -- rm -rf /x`:                                           "db-0|/x",
		`dd if=a of=/dev/sdb`:                                                      "/dev/sdb",
		`truncate -s 0 f`:                                                          "f",
		`rsync -a --delete a/ b/`:                                                  "b/",
		`kubectl delete pvc data`:                                                  "delete|pvc|data|…",
		`systemctl stop postgresql`:                                                "stop|postgresql|…",
	} {
		found := Danger(script, "bash")
		if len(found) == 0 {
			t.Errorf("%q: nothing found", script)
			continue
		}
		if got := strings.Join(found[0].Operands, "|"); got != want {
			t.Errorf("%q: operands %s", script, cmp.Diff(want, got))
		}
	}
}
