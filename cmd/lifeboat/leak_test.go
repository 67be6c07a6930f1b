package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/pgtest"
)

// What a password must not be found as. The forms are made here anew, without
// the code that looks for them.
type leaks struct {
	names map[string][]byte // form → how a message calls it
}

func leaksOf(t testing.TB, secrets map[string]string) leaks {
	t.Helper()
	l := leaks{map[string][]byte{}}
	for name, s := range secrets {
		l.add(name, s)
		l.add(name+" as a query", url.QueryEscape(s))
		l.add(name+" as a path", url.PathEscape(s))
		for _, q := range []string{`\'`, `'\''`, `''`} {
			l.add(name+" within quotes", strings.ReplaceAll(s, "'", q))
		}
		l.add(name+" as hexadecimal", hex.EncodeToString([]byte(s)))
		quoted, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		l.add(name+" as JSON", strings.Trim(string(quoted), `"`))
		for before := range 3 {
			for _, e := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
				whole := e.EncodeToString([]byte("xyz"[:before] + s + "0123"))
				from, to := (before*8+5)/6, (before+len(s))*8/6
				l.add(fmt.Sprintf("%s as base64 after %d", name, before), whole[from:to])
			}
		}
	}
	return l
}

func (l leaks) add(name, form string) { l.names[name+" ("+form+")"] = bytes.ToLower([]byte(form)) }

// in names the forms that a text holds. Case does not matter: escapes may have
// any.
func (l leaks) in(text []byte) []string {
	text = bytes.ToLower(text)
	var out []string
	for name, form := range l.names {
		if bytes.Contains(text, form) {
			out = append(out, name)
		}
	}
	return out
}

// watch looks, as fast as it can, at the arguments of all processes and at the
// files below dir, until stop is called.
func (l leaks) watch(t testing.TB, dir string, passing ...string) (stop func() (looks int)) {
	quit, found, looks := make(chan struct{}), map[string]bool{}, 0
	seen := map[string]bool{}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-quit:
				return
			default:
			}
			l.processes(found, seen)
			if looks++; looks%100 == 0 {
				for _, f := range l.files(t, dir, passing...) {
					found[f] = true
				}
			}
		}
	})
	return func() int {
		close(quit)
		wg.Wait()
		for f := range found {
			t.Error("while it ran: ", f)
		}
		return looks
	}
}

// processes looks at all arguments that it has not seen before.
func (l leaks) processes(found, seen map[string]bool) {
	all, _ := os.ReadDir("/proc")
	for _, p := range all {
		if p.Name()[0] > '9' {
			continue
		}
		line, err := os.ReadFile("/proc/" + p.Name() + "/cmdline")
		if err != nil || seen[string(line)] {
			continue // it has ended
		}
		seen[string(line)] = true
		for _, name := range l.in(line) {
			found[name+" in the arguments "+strings.ReplaceAll(string(line), "\x00", " ")] = true
		}
	}
}

// files names what the files below dir hold, but for those called so.
func (l leaks) files(t testing.TB, dir string, but ...string) []string {
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || slices.Contains(but, d.Name()) {
			return nil // it may be gone
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		for _, name := range append(l.in(text), l.in([]byte(path))...) {
			out = append(out, name+" in "+path)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return out
}

// program is lifeboat as a program of its own, in a home of its own.
type program struct {
	t    *testing.T
	path string
	dir  string // workspace and working directory
	env  []string
	all  bytes.Buffer // what it has printed, both streams
}

func newProgram(t *testing.T, home string, env map[string]string) *program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, path: filepath.Join(t.TempDir(), "lifeboat"), dir: filepath.Join(home, "ws")}
	if err := os.Symlink(self, p.path); err != nil { // TestMain tells the programs by name
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(p.dir, "backups"), 0o711); err != nil {
		t.Fatal(err)
	}
	p.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "LIFEBOAT_STATE=" + p.state(), "TMPDIR=/tmp", "TZ=UTC", "USER=" + os.Getenv("USER")}
	for k, v := range env {
		p.env = append(p.env, k+"="+v)
	}
	return p
}

func (p *program) state() string { return filepath.Join(p.dir, "..", "state") }

func (p *program) write(name, text string) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// run runs it with umask 0, and gives what it printed.
func (p *program) run(args ...string) (string, error) {
	var out bytes.Buffer
	cmd := exec.CommandContext(p.t.Context(), "sh", append([]string{"-c", `umask 0; exec "$@"`, "sh", p.path}, args...)...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = p.dir, p.env, &out, &out
	err := cmd.Run()
	fmt.Fprintf(&p.all, "\n\x00%q: %v\n%s", args, err, out.String())
	return out.String(), err
}

// private says which files of the state directory others may open.
func (p *program) private() {
	p.t.Helper()
	err := filepath.WalkDir(p.state(), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			p.t.Errorf("%s has mode %s", path, info.Mode())
		}
		return err
	})
	if err != nil {
		p.t.Error(err)
	}
}

// locked is a server that asks the role app for its password.
func locked(t *testing.T, password string) *pgtest.Server {
	t.Helper()
	s := pgtest.Start(t)
	s.CreateDB(t, "orders")
	s.SQL(t, "orders", "create role app superuser login password '"+strings.ReplaceAll(password, "'", "''")+"'",
		"create table orders (id int primary key, note text)", "insert into orders select g, 'order ' || g from generate_series(1, 2000) g")
	hba := filepath.Join(s.Data, "pg_hba.conf")
	rules, err := os.ReadFile(hba)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(hba, append([]byte("local all app scram-sha-256\n"), rules...), 0o600); err != nil {
		t.Fatal(err)
	}
	s.SQL(t, "orders", "select pg_reload_conf()")
	return s
}

const leakyRunbook = `# A drill that says too much

## Steps

1. Say what the environment holds

   ` + "```sh" + `
   echo "password: $ORDERS_PW and $API_TOKEN"
   echo "as a word: $(printf %q "$ORDERS_PW")" >&2
   for before in "" u: us: user:; do printf '%s' "$before$ORDERS_PW:x" | base64 -w0; echo; done
   printf '%s' "a long line before it, so that it stands across the break: $ORDERS_PW and so on and on" | base64 -w 64
   printf '%s' "$ORDERS_PW" | od -An -v -tx1 | tr -d ' \n'
   for c in %02X %02x; do echo; printf '%s' "$ORDERS_PW" | od -An -v -tu1 | xargs -n1 printf "%%$c"; done
   echo
   for i in $(seq ${#ORDERS_PW}); do printf '%s' "${ORDERS_PW:i-1:1}"; sleep 0.01; done
   ` + "```" + `

2. Say what files hold

   ` + "```sh" + `
   cat "$PGPASSFILE" "$REPO_PASSWORD_FILE"
   sed 's/^/line: /' "$HOME/.my.cnf"
   ` + "```" + `

3. Keep one of them in the session

   ` + "```sh" + `
   export KEPT=$(cat "$REPO_PASSWORD_FILE")
   ` + "```" + `

4. Use it in the next command

   ` + "```sh" + `
   echo "kept: $KEPT"
   test -n "$KEPT"
   ` + "```" + `

5. Fail with a word about it

   ` + "```sh {optional}" + `
   echo "psql: connection to postgres://app:$ORDERS_PW@db failed" >&2; false
   ` + "```" + `

6. Locate

   ` + "```lifeboat\n   action: locate\n   ```\n\n   ```lifeboat\n   action: choose\n   ```" + `

7. Verify

   ` + "```lifeboat\n   action: verify\n   grade: readable\n   ```" + `

8. Restore

   ` + "```lifeboat\n   action: restore\n   to: scratch\n   ```" + `

9. Validate

   ` + "```lifeboat\n   action: check\n   ```" + `
`

// A password given by environment, in a DSN, by files, and printed by
// commands, plain and encoded: it is nowhere below the state directory, in no
// report, in nothing that is printed, and in no process's arguments.
func TestNoSecretIsKept(t *testing.T) {
	t.Parallel()
	secrets := map[string]string{
		"the password": `Xq7/p'w+rd %42"z`, "the token": "tok-9f8e7d6c5b", "the file's": "fromfile-Zk81-pw", "the option file's": "optfile-Qm55",
	}
	server := locked(t, secrets["the password"])
	home := t.TempDir()
	if err := os.Chmod(home, 0o711); err != nil {
		t.Fatal(err)
	}
	pgpass := "*:*:*:app:" + strings.NewReplacer(`\`, `\\`, `:`, `\:`).Replace(secrets["the password"]) + "\n"
	for name, text := range map[string]string{"passes": pgpass, "repo.pw": secrets["the file's"] + "\n", ".my.cnf": "[client]\npassword=" + secrets["the option file's"] + "\n"} {
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := newProgram(t, home, map[string]string{
		"ORDERS_PW": secrets["the password"], "API_TOKEN": secrets["the token"],
		"PGPASSFILE": filepath.Join(home, "passes"), "REPO_PASSWORD_FILE": filepath.Join(home, "repo.pw"),
	})
	p.write("leaky.md", leakyRunbook)
	p.write("lifeboat.yaml", fmt.Sprintf(`version: 1
tiers: three
workloads:
  by-env:
    kind: postgresql
    tier: 3
    runbook: leaky.md
    source: {dsn: "postgres://app:${ORDERS_PW}@/orders?host=%[1]s&port=5432&sslmode=disable"}
    copies: [{name: nightly, driver: pgdump, repository: backups}]
    checks: [{rows: orders, expect: == source}]
  by-file:
    kind: postgresql
    tier: 3
    runbook: leaky.md
    source: {dsn: "host=%[1]s port=5432 user=app dbname=orders sslmode=disable"}
    copies: [{name: nightly, driver: pgdump, repository: backups}]
    checks: [{rows: orders, expect: == source}]
`, server.Socket))
	l := leaksOf(t, secrets)
	// The session's files hold what a command exported, until the run ends.
	stop := l.watch(t, p.state())
	started := time.Now()
	if out, err := p.run("backup", "by-env"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, w := range []string{"by-env", "by-file"} {
		if out, err := p.run("run", w, "--yes"); err != nil || !strings.Contains(out, "concluded: passed") {
			t.Errorf("%v: %s", err, out)
		}
	}
	for _, args := range [][]string{
		{"report", "--format", "md"},
		{"report", "--json"},
		{"history", "--json"},
		{"status", "--json"},
		{"doctor"},
		{"verify", "by-env", "--verbose"},
		{"run", "by-env", "--plain", "--mode", "drill"},
		{"report"},
		{"locate", "by-file", "--json"},
	} {
		_, _ = p.run(args...) // what they print is looked at, whatever they say
	}
	looks := stop()
	if looks < 100 {
		t.Errorf("looked %d times only", looks)
	}
	t.Logf("looked %d times in %s", looks, time.Since(started))
	for _, f := range l.files(t, p.state()) {
		t.Error("kept: ", f)
	}
	for _, name := range l.in(p.all.Bytes()) {
		t.Error("printed: ", name)
	}
	if n := strings.Count(p.all.String()+tails(t, p.state()), "[masked]"); n < 30 {
		t.Errorf("%d masks: did the commands print anything?\n%s", n, p.all.String())
	}
	p.private()
}

// tails is all output that was kept.
func tails(t *testing.T, state string) string {
	t.Helper()
	var b strings.Builder
	found, err := filepath.Glob(filepath.Join(state, "runs", "*", "*.out"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no output was kept: %v", err)
	}
	for _, f := range found {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
	}
	return b.String()
}

func TestLeaksSeesThem(t *testing.T) {
	l := leaksOf(t, map[string]string{"x": "s3cr3t/p@ss"})
	for _, text := range []string{"a s3cr3t/p@ss b", "S3CR3T%2fp%40ss", "dTpzM2NyM3QvcEBzczo=", "7333637233742f70407373"} {
		if len(l.in([]byte(text))) == 0 {
			t.Errorf("%s is not seen", text)
		}
	}
	if got := l.in([]byte("s3cr3t/p@s dTpzM2NyM3Qv")); len(got) > 0 {
		t.Errorf("seen where they are not: %q", got)
	}
}
