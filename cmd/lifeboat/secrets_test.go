package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/inventory"
)

// inHome makes a home directory with these files, and an environment that
// names nothing else.
func inHome(t testing.TB, files map[string]string) string {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	for _, k := range []string{"PGPASSFILE", "PGSERVICEFILE", "MYSQL_HOME", "NETRC", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"} {
		t.Setenv(k, "")
	}
	for name, text := range files {
		path := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return home
}

func registered(t testing.TB, inv *inventory.Inventory) map[string]bool {
	t.Helper()
	got := map[string]bool{}
	for _, s := range (&app{getenv: os.LookupEnv}).secrets(inv) {
		got[s] = true
	}
	return got
}

func expect(t *testing.T, got map[string]bool, yes, no []string) {
	t.Helper()
	for _, s := range yes {
		if !got[s] {
			t.Errorf("%q is not masked; masked is %q", s, slices.Sorted(maps.Keys(got)))
		}
	}
	for _, s := range no {
		if got[s] {
			t.Errorf("%q is masked", s)
		}
	}
}

func TestSecretsOfFiles(t *testing.T) {
	home := inHome(t, map[string]string{
		".pgpass":          "# a comment:with:four:more:colons\nlocalhost:5432:*:app:pg\\:pa\\\\ss:word\n*:*:*:*:second-pg\nbroken line\n",
		".my.cnf":          "[client]\nuser=app\npassword = \"my#pass\"\nport=3306\n[other]\npassword=bare#comment\n",
		".pg_service.conf": "[orders]\nhost=db\npassword=service-pw\n",
		".aws/credentials": "[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = aws/secret+key\naws_session_token = session==\nregion = eu-west-1\n",
		".netrc":           "machine h login u password netrc-pw\nmachine i\n login v\n password other-pw\n",
		"gcp.json":         `{"type": "service_account", "private_key": "-----BEGIN\nMIIEvAIBADANBgkqh\n-----END\n", "project_id": "prod"}`,
		"restic.txt":       "restic pass phrase\n",
		"token":            "token-value\r\n",
		"docker-secret":    "mounted-pw",
		"big":              strings.Repeat("x", largestSecret+1),
		"mylogin/my.cnf":   "[client]\npassword='from home of mysql'\n",
	})
	for k, v := range map[string]string{
		"GOOGLE_APPLICATION_CREDENTIALS": home + "/gcp.json", "RESTIC_PASSWORD_FILE": home + "/restic.txt",
		"AWS_WEB_IDENTITY_TOKEN_FILE": home + "/token", "DB_PASSWORD": home + "/docker-secret",
		"BIG_TOKEN_FILE": home + "/big", "GONE_PASSWORD_FILE": home + "/gone", "MYSQL_HOME": home + "/mylogin",
		"DIR_SECRET_FILE": home,
	} {
		t.Setenv(k, v)
	}
	expect(t, registered(t, nil), []string{
		`pg:pa\ss:word`, "second-pg", "my#pass", "bare#comment", "bare", "service-pw", "aws/secret+key", "session==", "netrc-pw", "other-pw",
		"-----BEGIN\nMIIEvAIBADANBgkqh\n-----END", "restic pass phrase", "token-value", "mounted-pw", "from home of mysql",
	}, []string{"app", "3306", "eu-west-1", "prod", "localhost", home + "/restic.txt", home + "/gone", home, home + "/docker-secret"})
}

// A pipe, a file that can't be read, a directory: the start goes on at once.
func TestSecretsOfOddFiles(t *testing.T) {
	home := inHome(t, map[string]string{".netrc/x": "", ".aws/credentials": "aws_secret_access_key\n=\n:\n[", ".pgpass": "\x00\xff:::\\"})
	if err := syscall.Mkfifo(filepath.Join(home, ".my.cnf"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("A_PASSWORD_FILE", filepath.Join(home, ".my.cnf"))
	t.Setenv("B_PASSWORD_FILE", "/proc/self/mem")
	registered(t, nil)
}

func TestSecretsOfInventory(t *testing.T) {
	home := inHome(t, map[string]string{"pw.txt": "restic-option-pw", "mine.cnf": "password=option-file-pw\n", "passes": "h:1:d:u:dsn-passfile-pw\n"})
	for k, v := range map[string]string{
		"PLAIN_NAME": "within/the@address", "PG_HOST": "db.example.com", "BY_KEY": "by-its-key", "CANARY": "planted-value",
		"CANARY_TOKEN": "planted-token", "WHOLE_DSN": "postgres://u:in%2Fwhole@h/d", "IN_CHECK_PW": "check-pw",
	} {
		t.Setenv(k, v)
	}
	inv := &inventory.Inventory{Vars: map[string]string{"api_key": "${BY_KEY}"}, Workloads: []*inventory.Workload{
		{
			Name: "orders-db", Kind: "postgresql", Source: inventory.Source{DSN: "postgres://app:${PLAIN_NAME}@${PG_HOST}/shopdb?passfile=" + home + "/passes"},
			Copies: []*inventory.Copy{{Name: "nightly", Driver: "restic", Options: map[string]string{"password_file": home + "/pw.txt", "defaults_file": home + "/mine.cnf"}}},
			Checks: []inventory.Check{{Canary: "select 1", Expect: "${CANARY}"}, {Canary: "select 2", Expect: "${CANARY_TOKEN}"}, {Command: "test ${IN_CHECK_PW}"}},
		},
		{Name: "other", Source: inventory.Source{DSN: "${WHOLE_DSN}"}},
	}}
	t.Setenv("SAME_PASSWORD", "shopdb") // as the database is called
	t.Setenv("APP_PASSWORD", "orders-db")
	t.Setenv("PGPASSWORD", "postgres")
	expect(t, registered(t, inv), []string{
		"within/the@address", "by-its-key", "planted-token", "in%2Fwhole", "in/whole", "check-pw", "restic-option-pw", "option-file-pw", "dsn-passfile-pw",
	}, []string{"db.example.com", "planted-value", "app", "shopdb", "orders-db", "postgres"})
}

func TestPasswordsOfAddresses(t *testing.T) {
	for in, want := range map[string]string{
		"postgres://app:s%2Fcret@db/orders":         "s%2Fcret s/cret",
		"postgres://app:with/slash@db/orders":       "with/slash",
		"postgres://app:an@sign@db/orders":          "an@sign",
		"postgres://app@db:5432/orders":             "",
		"https://host:8080/a@b":                     "",
		"https://host/@scope:x":                     "",
		"https://h/p?password=inquery&x=1":          "inquery",
		`host=h password='it\'s' dbname=d`:          "it's",
		"host=h password = loose":                   "loose",
		"user=u sslpassword=keypw":                  "keypw",
		"app:my-pw@tcp(db:3306)/orders":             "my-pw",
		"/usr/bin:/bin":                             "",
		"bypass=no":                                 "",
		"amqp://u:one@h1/;postgres://u:two@h2/with": "one",
	} {
		if got := strings.Join(passwords(in), " "); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestSecretNames(t *testing.T) {
	for _, n := range []string{"PGPASSWORD", "db-password", "repo1-cipher-pass", "aws_secret_access_key", "client-key-data", "token", "MYSQL_PWD", "DB_PW", "X_API_KEY"} {
		if !isSecret(n) {
			t.Errorf("%s is none", n)
		}
	}
	for _, n := range []string{"PWD", "OLDPWD", "SSH_ASKPASS", "RESTIC_PASSWORD_FILE", "RESTIC_PASSWORD_COMMAND", "PASSWORD_STORE_DIR", "PGPASSFILE", "USER", "bypass_cache"} {
		if isSecret(n) {
			t.Errorf("%s is one", n)
		}
	}
}

// What went wrong may quote an address.
func TestErrorsAreMasked(t *testing.T) {
	inHome(t, nil)
	t.Setenv("DB_PASSWORD", "quoted-secret")
	var b strings.Builder
	a := &app{streams: streams{err: &b}, dir: t.TempDir(), getenv: os.LookupEnv}
	a.exitStatus(bad{exitBad, os.ErrNotExist, "try postgres://u:quoted-secret@h/"})
	a.exitStatus(&os.PathError{Op: "open", Path: "/quoted-secret", Err: os.ErrNotExist})
	if strings.Contains(b.String(), "quoted-secret") || strings.Count(b.String(), "[masked]") != 2 {
		t.Error(b.String())
	}
}

func BenchmarkSecrets(b *testing.B) {
	inHome(b, map[string]string{".pgpass": strings.Repeat("h:1:d:u:some-password\n", 50), ".my.cnf": "password=x1234\n", ".aws/credentials": "aws_secret_access_key = k1234\n"})
	a := &app{getenv: os.LookupEnv}
	a.secrets(nil)
	for b.Loop() {
		if len(a.secrets(nil)) == 0 {
			b.Fatal("none")
		}
	}
	if per := b.Elapsed() / time.Duration(b.N); per > 5*time.Millisecond {
		b.Errorf("it takes %s", per)
	}
}
