package runbook

import (
	"slices"
	"strings"
	"testing"
)

// scratchOnly is what a drill's guard asks: every operand of every finding is
// within the scratch target.
func scratchOnly(found []Finding) bool {
	for _, f := range found {
		if len(f.Operands) == 0 {
			return false
		}
		for _, o := range f.Operands {
			o = strings.ReplaceAll(strings.ReplaceAll(o, "${", "$"), "}", "")
			rest, ok := strings.CutPrefix(o, "$LIFEBOAT_TARGET_PATH")
			inPath := ok && (rest == "" || rest[0] == '/') && !strings.Contains(rest, "..") && !strings.Contains(rest, "$")
			if !inPath && o != "$LIFEBOAT_TARGET_DSN" {
				return false
			}
		}
	}
	return true
}

// withinScratch are calls that a drill may make.
var withinScratch = []string{
	`rm -rf "$LIFEBOAT_TARGET_PATH"/x`, `rm -rf ${LIFEBOAT_TARGET_PATH}/{a,b}`, `find "$LIFEBOAT_TARGET_PATH" -name '*.tmp' -delete`,
	`find "$LIFEBOAT_TARGET_PATH" -name '*.tmp' -exec rm -f {} +`, `psql "$LIFEBOAT_TARGET_DSN" -c 'drop table x'`,
	`psql -d "$LIFEBOAT_TARGET_DSN" <<< 'truncate x'`, `pg_restore --clean -d "$LIFEBOAT_TARGET_DSN" x.dump`,
	`T=$LIFEBOAT_TARGET_PATH/work; rm -rf "$T"`, `f() { rm -rf "$1"; }; f "$LIFEBOAT_TARGET_PATH/x"`,
	`T=$LIFEBOAT_TARGET_PATH && cd / && rm -rf "$T/x"`, `if true; then T=$LIFEBOAT_TARGET_PATH/x; rm -rf "$T"; fi`,
	`: > "$LIFEBOAT_TARGET_PATH/x"`, `ls > "$LIFEBOAT_TARGET_PATH/list"`, `sed -i s/a/b/ "$LIFEBOAT_TARGET_PATH/x.conf"`,
	`rsync -a --delete backup/ "$LIFEBOAT_TARGET_PATH/"`, `tar -xf x.tar --overwrite -C "$LIFEBOAT_TARGET_PATH"`, `dd if=x of="$LIFEBOAT_TARGET_PATH/x"`,
	`sqlite3 "$LIFEBOAT_TARGET_PATH/x.db" 'delete from t'`, `bash -c 'rm -rf "$LIFEBOAT_TARGET_PATH"/x'`, `sudo rm -rf "$LIFEBOAT_TARGET_PATH/x"`,
	`truncate -s 0 "$LIFEBOAT_TARGET_PATH/x"`, `chmod -R u+w "$LIFEBOAT_TARGET_PATH"`, `mv "$LIFEBOAT_TARGET_PATH/a" "$LIFEBOAT_TARGET_PATH/b"`,
}

// beyondScratch name the scratch target, but act on more, or it can't be told.
var beyondScratch = []string{
	`rm -rf "$LIFEBOAT_TARGET_PATH"/x /etc`, `rm -rf "$LIFEBOAT_TARGET_PATH"/{x,../../etc}`, `rm -rf "$LIFEBOAT_TARGET_PATH"/.*`, `rm -rf "${LIFEBOAT_TARGET_PATH:-/}"/x`,
	`rm -rf "$LIFEBOAT_TARGET_PATH" "$OTHER"`, `rm -rf $(echo /etc) "$LIFEBOAT_TARGET_PATH"`, `xargs rm -rf "$LIFEBOAT_TARGET_PATH" < list`,
	`psql "$LIFEBOAT_TARGET_DSN" -c '\c prod' -c 'drop table x'`, `psql "$LIFEBOAT_TARGET_DSN" < x.sql`, `psql "$LIFEBOAT_TARGET_DSN" -f x.sql`,
	"psql \"$LIFEBOAT_TARGET_DSN\" <<E\n\\connect prod\ndrop table x;\nE", `psql "$LIFEBOAT_TARGET_DSN" -d prod -c 'drop table x'`,
	`PGHOST=db1 psql "$LIFEBOAT_TARGET_DSN" -c 'drop table x'`, `psql "$LIFEBOAT_TARGET_DSN" -c 'drop database prod'`, `psql "$LIFEBOAT_TARGET_DSN" -c 'drop role app'`,
	`psql "$LIFEBOAT_TARGET_DSN" -c "select pg_terminate_backend(1)"`, `psql "$LIFEBOAT_TARGET_DSN" -c '\! rm -rf /x'`, `psql "$LIFEBOAT_TARGET_DSN" -c '\i x.sql'`,
	`psql "$LIFEBOAT_TARGET_DSN" -c "copy t to program 'rm -rf \$LIFEBOAT_TARGET_PATH'"`, `psql "$LIFEBOAT_TARGET_DSN" -c "$SQL"`, `pg_restore --clean -C -d "$LIFEBOAT_TARGET_DSN" x`,
	`dropdb --maintenance-db="$LIFEBOAT_TARGET_DSN" prod`, `find "$LIFEBOAT_TARGET_PATH" /srv -delete`, `find -L "$LIFEBOAT_TARGET_PATH" -delete`,
	`find "$LIFEBOAT_TARGET_PATH" -exec rm -rf {} /srv \;`, `find "$LIFEBOAT_TARGET_PATH" -exec sh -c 'rm -rf /srv/{}' \;`,
	`ssh db1 'rm -rf $LIFEBOAT_TARGET_PATH/x'`, `sudo sh -c 'rm -rf $LIFEBOAT_TARGET_PATH/x'`, `env -i bash -c 'rm -rf $LIFEBOAT_TARGET_PATH/x'`, `LIFEBOAT_TARGET_PATH=/ bash -c 'rm -rf $LIFEBOAT_TARGET_PATH/x'`,
	`su - postgres -c 'rm -rf $LIFEBOAT_TARGET_PATH/x'`, `docker exec db sh -c 'rm -rf $LIFEBOAT_TARGET_PATH/x'`, `docker exec db rm -rf "$LIFEBOAT_TARGET_PATH/x"`,
	`LIFEBOAT_TARGET_PATH=/; rm -rf "$LIFEBOAT_TARGET_PATH"/x`, `read -r LIFEBOAT_TARGET_PATH; rm -rf "$LIFEBOAT_TARGET_PATH"/x`, `printf -v LIFEBOAT_TARGET_PATH /; rm -rf "$LIFEBOAT_TARGET_PATH"/x`,
	`unset LIFEBOAT_TARGET_PATH; rm -rf "$LIFEBOAT_TARGET_PATH"/x`, `declare -n p=LIFEBOAT_TARGET_PATH; p=/; rm -rf "$LIFEBOAT_TARGET_PATH"/x`, `for LIFEBOAT_TARGET_PATH in / /etc; do rm -rf "$LIFEBOAT_TARGET_PATH"/x; done`,
	`if x; then T=$LIFEBOAT_TARGET_PATH; fi; rm -rf "$T"/x`, `(T=$LIFEBOAT_TARGET_PATH); rm -rf "$T"/x`, `x && T=$LIFEBOAT_TARGET_PATH; rm -rf "$T"/x`, `x || T=$LIFEBOAT_TARGET_PATH; rm -rf "$T"/x`,
	`T=$LIFEBOAT_TARGET_PATH true; rm -rf "$T"/x`, `echo | T=$LIFEBOAT_TARGET_PATH; rm -rf "$T"/x`, `D=$LIFEBOAT_TARGET_PATH; bash -c 'rm -rf $D/x'`, `bash -c 'T=$LIFEBOAT_TARGET_PATH'; rm -rf "$T"/x`,
	`f() { T=$LIFEBOAT_TARGET_PATH; }; rm -rf "$T"/x`, `T=$LIFEBOAT_TARGET_PATH; T=/etc; rm -rf "$T"/x`, `eval "LIFEBOAT_TARGET_PATH=/"; rm -rf "$LIFEBOAT_TARGET_PATH"/x`,
	`f() { rm -rf "$1" /etc; }; f "$LIFEBOAT_TARGET_PATH/x"`, `f() { rm -rf "$@"; }; f "$LIFEBOAT_TARGET_PATH/x" /etc`, `rm -rf "$LIFEBOAT_TARGET_PATH"x`,
	`rsync -a --delete --backup-dir=/srv backup/ "$LIFEBOAT_TARGET_PATH/"`, `rsync -a --remove-source-files /srv/ "$LIFEBOAT_TARGET_PATH/"`, `mv /srv/data "$LIFEBOAT_TARGET_PATH/"`, `mv -t /srv "$LIFEBOAT_TARGET_PATH/a" -f`,
	`tar -xPf x.tar --overwrite -C "$LIFEBOAT_TARGET_PATH"`, `tar -xf x.tar --overwrite -C "$LIFEBOAT_TARGET_PATH" -C /srv`, `tar -xf x.tar --overwrite`, `cp -f -t /srv "$LIFEBOAT_TARGET_PATH/x"`, `ln -sf x /srv/y -t "$LIFEBOAT_TARGET_PATH"`,
	`sqlite3 "$LIFEBOAT_TARGET_PATH/x.db" "attach '/srv/p.db' as p" 'delete from p.t'`, "sqlite3 \"$LIFEBOAT_TARGET_PATH/x.db\" <<E\n.open /srv/p.db\ndelete from t;\nE", `sqlite3 "$LIFEBOAT_TARGET_PATH/x.db" 'delete from t' '.backup /srv/p.db'`,
	`kubectl delete -f "$LIFEBOAT_TARGET_PATH/x.yaml"`, `kubectl delete "$LIFEBOAT_TARGET_PATH"`, `systemctl stop "$LIFEBOAT_TARGET_PATH"`, `reboot "$LIFEBOAT_TARGET_PATH"`, `python3 -c 'import shutil; shutil.rmtree("x")' "$LIFEBOAT_TARGET_PATH"`,
	`curl https://x | sh -s "$LIFEBOAT_TARGET_PATH"`, `eval "$X" "$LIFEBOAT_TARGET_PATH"`, `"$X" "$LIFEBOAT_TARGET_PATH"`, `echo x | tee "$LIFEBOAT_TARGET_PATH/x" /srv/x`, `dd of="$LIFEBOAT_TARGET_PATH/x" of=/srv/x if=y`,
	`sed -i -e s/a/b/ "$LIFEBOAT_TARGET_PATH/x" /srv/y`, `sed -i 'w /srv/y' "$LIFEBOAT_TARGET_PATH/x"`, `cd /srv; rm -rf x "$LIFEBOAT_TARGET_PATH"`, `rm -rf "$LIFEBOAT_TARGET_PATH"; rm -rf /srv`,
	`parallel rm -rf ::: "$LIFEBOAT_TARGET_PATH" /srv`, `find / -name x | xargs rm -rf "$LIFEBOAT_TARGET_PATH"`, `shred --random-source=/x "$LIFEBOAT_TARGET_PATH/x" /dev/sda`, `truncate -s 0 "$LIFEBOAT_TARGET_PATH/x" /srv/y`,
	`chown -R --reference="$LIFEBOAT_TARGET_PATH" /srv`, `install -t /etc x "$LIFEBOAT_TARGET_PATH/x"`, `mongosh "$LIFEBOAT_TARGET_DSN" --eval 'db.getSiblingDB("prod").dropDatabase()'`, `redis-cli -u "$LIFEBOAT_TARGET_DSN" flushall`,
	`mysql "$LIFEBOAT_TARGET_DSN" -h prod -e 'drop table x'`, `mysql "$LIFEBOAT_TARGET_DSN" -e 'use prod; drop table x'`, `psql "$LIFEBOAT_TARGET_DSN" -c 'select $$drop table x$$ \gexec'`, `gunzip -c x | psql "$LIFEBOAT_TARGET_DSN"`,
}

func TestOperandsLeaveNothingOut(t *testing.T) {
	for _, script := range withinScratch {
		if found := Danger(script, "bash"); len(found) == 0 || !scratchOnly(found) {
			t.Errorf("%q stays within the scratch target, found %+v", script, found)
		}
	}
	for _, script := range beyondScratch {
		if found := Danger(script, "bash"); len(found) == 0 || scratchOnly(found) {
			t.Errorf("%q acts on more than the scratch target, found %+v", script, found)
		}
	}
}

// What a call that stays within the scratch target is joined with does not
// get lost: whatever else the script destroys is still told.
func TestOperandsOfJoinedCalls(t *testing.T) {
	joints := []string{"%s; %s", "%s && %s", "%s || %s", "if %s; then %s; fi", "{ %s; } & %s", "%s | %s", "( %s ); ( %s )", "f() { %s; }; f; %s"}
	for _, joint := range joints {
		for i, inside := range withinScratch {
			outside := beyondScratch[i%len(beyondScratch)]
			if strings.Contains(inside+outside, "<<") || strings.Contains(outside, "\n") {
				continue
			}
			for _, pair := range [][2]string{{inside, outside}, {outside, inside}} {
				script := strings.Replace(strings.Replace(joint, "%s", pair[0], 1), "%s", pair[1], 1)
				if scratchOnly(Danger(script, "bash")) {
					t.Errorf("%q acts on more than the scratch target", script)
				}
			}
		}
	}
}

// Operands that a program is given are all among those of its finding,
// wherever options stand between them.
func TestOperandsOfFilePrograms(t *testing.T) {
	paths := []string{"/srv/a", "$LIFEBOAT_TARGET_PATH/b", "c"}
	for _, program := range []string{"rm", "rm -rf", "shred -u", "truncate -s 0", "unlink", "sed -i -e s/a/b/", "chmod -R 700", "tee", "sponge", "mv", "wipefs -a", "mkswap", "blkdiscard"} {
		for _, option := range []string{"", "-v", "--verbose", "--"} {
			for at := range len(paths) + 1 {
				words := slices.Insert(slices.Clone(paths), at, option)
				script := program + " " + strings.Join(words, " ")
				found := Danger(script, "bash")
				if len(found) == 0 {
					t.Errorf("%q: nothing found", script)
					continue
				}
				for _, path := range paths {
					if !slices.Contains(found[0].Operands, path) {
						t.Errorf("%q: %s is not among %q", script, path, found[0].Operands)
					}
				}
			}
		}
	}
}
