package inventory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// large writes an inventory that is worth keeping, with one of everything in
// its last workload.
func large(t *testing.T, path, owner string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("version: 1\ntiers:\n  extends: three\n  archive: {rpo: 1w, rto: 1w}\nvars: {ON_CALL: ops}\nworkloads:\n")
	for i := range 600 {
		fmt.Fprintf(&b, "  w%04d:\n    kind: files\n    tier: 1\n    source: {path: ~/data}\n    copies: [{name: nas, driver: rsync, repository: backups/w%04d}]\n", i, i)
	}
	b.WriteString(`  orders:
    kind: postgresql
    tier: archive
    owner: ` + owner + `
    description: "quotes \" and ü"
    rto: 90m
    source: {dsn: "postgres://app:${PW}@db/orders"}
    copies:
      - {name: nightly, driver: pgdump, repository: /mnt/nas, schedule: "30 2 * * *", max_age: 30h, jobs: 4, offsite: true, media: disk}
    checks:
      - {rows: orders, expect: ">= 1000"}
      - {query: select max(created_at) from orders, newest: true}
    vars: {REPLICA: db2}
`)
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func loadBoth(t *testing.T, path, state string) (kept, plain *Inventory) {
	t.Helper()
	kept, err := LoadKept(path, state)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err = Load(path); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(plain, kept, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("kept and read differ (-read +kept):\n%s", d)
	}
	return kept, plain
}

func TestKeptIsWhatWasRead(t *testing.T) {
	dir := t.TempDir()
	path, state := filepath.Join(dir, "lifeboat.yaml"), filepath.Join(dir, "state")
	large(t, path, "ann@example.com")
	loadBoth(t, path, state) // nowhere to keep it
	if err := os.Mkdir(state, 0o700); err != nil {
		t.Fatal(err)
	}
	loadBoth(t, path, state) // kept
	file := filepath.Join(state, keptName)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if st, _ := os.Stat(file); st.Mode().Perm() != 0o600 {
		t.Errorf("mode %s", st.Mode())
	}
	// That it is taken from there shows when it says something else.
	body := bytes.Replace(before[64:], []byte("ann@example.com"), []byte("eve@example.com"), 1)
	writeKeptBody(t, file, before[:32], body)
	if inv, err := LoadKept(path, state); err != nil || inv.Workload("orders").Owner != "eve@example.com" {
		t.Errorf("it was not taken: %v", err)
	}
}

// writeKeptBody makes a whole file of a body.
func writeKeptBody(t *testing.T, file string, key, body []byte) {
	t.Helper()
	inv := &Inventory{}
	if err := json.Unmarshal(body, inv); err != nil {
		t.Fatal(err)
	}
	writeKept(file, key, inv)
}

func TestKeptIsNotTrusted(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "lifeboat.yaml")
	file := filepath.Join(dir, keptName)
	large(t, path, "ann@example.com")
	loadBoth(t, path, dir)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Replace(whole, []byte("/mnt/nas"), []byte("/mnt/bad"), 1)
	for name, b := range map[string][]byte{"empty": nil, "cut": whole[:len(whole)-10], "one word changed": flipped, "a stub": whole[:20]} {
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, _ := loadBoth(t, path, dir); got.Workload("orders").Copies[0].Repository != "/mnt/nas" {
			t.Errorf("%s: it was taken", name)
		}
	}
	// Same size, same time: only the bytes tell.
	st, _ := os.Stat(path)
	large(t, path, "bob@example.com")
	if err := os.Chtimes(path, st.ModTime(), st.ModTime()); err != nil {
		t.Fatal(err)
	}
	if got, _ := loadBoth(t, path, dir); got.Workload("orders").Owner != "bob@example.com" {
		t.Error("an old owner was kept")
	}
	t.Setenv("HOME", "/home/somebody")
	if got, _ := loadBoth(t, path, dir); got.Workload("w0000").Source.Path != "/home/somebody/data" {
		t.Error("an old home was kept")
	}
}

func TestSmallAndBadAreNotKept(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "lifeboat.yaml")
	large(t, path, "ann@example.com")
	src, _ := os.ReadFile(path)
	for name, text := range map[string]string{"small": "version: 1\nworkloads: {}\n", "bad": string(src) + "oops: 1\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := LoadKept(path, dir)
		if _, want := Load(path); (err == nil) != (want == nil) || err != nil && err.Error() != want.Error() {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 1 {
			t.Errorf("%s: left %v", name, entries)
		}
	}
	if _, err := LoadKept(filepath.Join(dir, "none"), dir); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Error(err)
	}
}
