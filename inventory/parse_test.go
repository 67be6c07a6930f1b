package inventory

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func parse(t *testing.T, path, src string, opts ...Option) *Inventory {
	t.Helper()
	inv, err := Parse(path, []byte(src), opts...)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func TestDesignExample(t *testing.T) {
	inv := parse(t, "/srv/dr/lifeboat.yaml", design(t))
	want := &Inventory{
		Path:  "/srv/dr/lifeboat.yaml",
		Dir:   "/srv/dr",
		Tiers: TierTable("three"),
		Workloads: []*Workload{{
			Name: "orders-db", Line: 4, Kind: "postgresql", Tier: "1", Owner: "payments@example.com",
			Runbook:    "/srv/dr/runbooks/orders.md",
			Objectives: Objectives{RPO: 5 * time.Minute, RTO: time.Hour, Frequency: 15 * time.Minute, Retention: 30 * Day, TestEvery: 30 * Day},
			Source:     Source{DSN: "postgres://app@db1:5432/orders"},
			Copies: []*Copy{
				{
					Name: "pitr", Line: 12, Driver: "pgbackrest", Media: "object", Site: "eu-west-1", Offsite: true, Immutable: true,
					Options: map[string]string{"stanza": "orders", "config": "/etc/pgbackrest/pgbackrest.conf"},
				},
				{Name: "nightly", Line: 20, Driver: "pgdump", Repository: "/mnt/nas/orders", Media: "disk", Site: "dc1", Schedule: "30 2 * * *"},
			},
			Checks: []Check{
				{Line: 27, Name: "rows orders", Rows: "orders", Expect: ">= 1000"},
				{Line: 29, Name: "query select max(created_at) from orders", Query: "select max(created_at) from orders", Newest: true},
				{Line: 31, Name: "canary select token from lifeboat_canary", Canary: "select token from lifeboat_canary", Expect: "${CANARY}"},
			},
			Heartbeat: "${ORDERS_HEARTBEAT_URL}",
		}},
	}
	if diff := cmp.Diff(want, inv); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestFullExample(t *testing.T) {
	t.Setenv("HOME", "/home/op")
	inv := parse(t, "/srv/dr/lifeboat.yaml", read(t, "testdata/full.yaml"))
	if got := inv.Vars; !cmp.Equal(got, map[string]string{"REGION": "eu-west-1", "ON_CALL": "${ON_CALL}"}) {
		t.Error(got)
	}
	var tiers []string
	for _, tier := range inv.Tiers {
		tiers = append(tiers, tier.Name)
	}
	if diff := cmp.Diff([]string{"1", "2", "3", "archive"}, tiers); diff != "" {
		t.Error(diff)
	}
	for what, pair := range map[string][2]any{
		"rpo from the overridden tier": {inv.Tiers[0].RPO, time.Minute},
		"rto kept from the table":      {inv.Tiers[0].RTO, time.Hour},
		"own retention":                {inv.Tiers[3].Retention, 7 * Year},
		"own test_every":               {inv.Tiers[3].TestEvery, Year},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %v, not %v", what, pair[0], pair[1])
		}
	}
	checkShop(t, inv.Workload("shop"))
	checkHome(t, inv.Workload("home"))
	if c := inv.Workload("cluster"); c == nil || len(c.Copies) != 0 || inv.Workload("none") != nil {
		t.Error("cluster", c)
	}
}

func checkShop(t *testing.T, w *Workload) {
	t.Helper()
	want := Objectives{RPO: time.Minute, RTO: 30 * time.Minute, Frequency: 15 * time.Minute, Retention: 30 * Day, TestEvery: Week}
	if diff := cmp.Diff(want, w.Objectives); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"REGION": "eu-north-1", "ON_CALL": "${ON_CALL}"}, w.Vars); diff != "" {
		t.Error(diff)
	}
	if w.Source.Path != "/srv/dr/data/shop.db" || w.Checks[0].Name != "orders are there" || w.Checks[0].Expect != "> 0" {
		t.Errorf("%+v", w)
	}
	c := w.Copy("nightly")
	if c == nil || c.Repository != "/srv/dr/backups/shop" || c.MaxAge != 36*time.Hour || c.Options["pattern"] != "shop-*.db" || w.Copy("x") != nil {
		t.Errorf("%+v", c)
	}
}

func checkHome(t *testing.T, w *Workload) {
	t.Helper()
	want := []*Copy{
		{
			Name: "mirror", Line: 41, Driver: "rsync", Repository: "backup@nas:/home", Schedule: "@daily", MaxAge: 36 * time.Hour, Trust: "own",
			Options: map[string]string{"pattern": "daily.*", "exclude": "*.tmp\n.cache", "exclude_from": "/srv/dr/rsync.exclude"},
		},
		{
			Name: "vault", Line: 48, Driver: "restic", Repository: "s3:https://s3.example.com/home",
			Options: map[string]string{"password_file": "/home/op/.restic"},
		},
	}
	if diff := cmp.Diff(want, w.Copies); diff != "" {
		t.Error(diff)
	}
	if w.Runbook != "/home/op/runbooks/home.md" || w.Source.Path != "${HOME_DIR}/home" {
		t.Error(w.Runbook, w.Source.Path)
	}
	if w.Checks[0].SHA256 != "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" {
		t.Error(w.Checks[0].SHA256)
	}
	if w.Checks[1].Command != "test -s notes.txt\n\ttest -d photos\n" || w.Checks[1].Name != "command test -s notes.txt" {
		t.Errorf("%+v", w.Checks[1])
	}
}

func TestTierTables(t *testing.T) {
	const h = time.Hour
	want := map[string][]Objectives{
		"three": {
			{5 * time.Minute, h, 15 * time.Minute, 30 * Day, 30 * Day},
			{h, 4 * h, h, 30 * Day, 90 * Day},
			{24 * h, 24 * h, 24 * h, 14 * Day, 90 * Day},
		},
		"four": {
			{15 * time.Minute, h, h, 90 * Day, 30 * Day},
			{h, 4 * h, h, 30 * Day, 90 * Day},
			{24 * h, 24 * h, 24 * h, 7 * Day, 90 * Day},
			{Week, Week, Week, Year, 90 * Day},
		},
	}
	for name, objectives := range want {
		inv := parse(t, "lifeboat.yaml", "version: 1\nworkloads: {}\ntiers: "+name+"\n")
		var got []Objectives
		for _, tier := range inv.Tiers {
			got = append(got, tier.Objectives)
		}
		if diff := cmp.Diff(objectives, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if diff := cmp.Diff(TierTable("three"), parse(t, "lifeboat.yaml", "version: 1\nworkloads: {}\n").Tiers); diff != "" {
		t.Errorf("left out: %s", diff)
	}
}

func TestOwnTiersAreSorted(t *testing.T) {
	inv := parse(t, "lifeboat.yaml", "version: 1\nworkloads:\ntiers: {10: {rpo: 1d}, 2: {rpo: 1h}, 1: {rpo: 1m}}\n")
	if inv.Tiers[0].Name != "1" || inv.Tiers[2].Name != "10" || inv.Tiers[0].TestEvery != 30*Day || inv.Tiers[1].TestEvery != 90*Day {
		t.Errorf("%+v", inv.Tiers)
	}
	inv = parse(t, "lifeboat.yaml", "version: 1\nworkloads:\ntiers: {gold: {rpo: 1m}, 1: {rto: 1h}}\n")
	if inv.Tiers[0].Name != "gold" || inv.Tiers[0].TestEvery != 30*Day {
		t.Errorf("%+v", inv.Tiers)
	}
}

func TestWithDrivers(t *testing.T) {
	own := WithDrivers(map[string][]string{"borg": {"archive", "source.subvolume"}, "pgdump": nil})
	src := "version: 1\nworkloads:\n  w:\n    kind: files\n    tier: 1\n    source: {subvolume: home}\n" +
		"    copies: [{name: c, driver: borg, archive: x}]\n"
	w := parse(t, "lifeboat.yaml", src, own).Workloads[0]
	if w.Copies[0].Options["archive"] != "x" || w.Source.Options["subvolume"] != "home" {
		t.Errorf("%+v %+v", w.Copies[0], w.Source)
	}
	src = "version: 1\nworkloads:\n  w:\n    kind: files\n    tier: 1\n    source: {path: .}\n" +
		"    copies: [{name: a, driver: brog}, {name: b, driver: borg, archvie: x}, {name: c, driver: pgdump, jobs: 2}]\n"
	_, err := Parse("lifeboat.yaml", []byte(src), own)
	want := `lifeboat.yaml:7:32: unknown driver "brog"; did you mean "borg"?
lifeboat.yaml:7:63: unknown key "archvie"; did you mean "archive"?
lifeboat.yaml:7:102: unknown key "jobs"; known here: name, driver, repository, media, site, offsite, immutable, trust, schedule, max_age`
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
}

func TestRelativeTo(t *testing.T) {
	cwd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	r := &reader{dir: filepath.Join(cwd, "dr"), home: "/home/op"}
	for in, want := range map[string]string{
		"": "", "/a/../b": "/b", "a/b": cwd + "/dr/a/b", "../x": cwd + "/x", "~": "/home/op", "~/x": "/home/op/x", "~bob/x": cwd + "/dr/~bob/x",
		"${D}/x": "${D}/x", "s3://b/p": "s3://b/p", "gs://b": "gs://b", "azblob://c/p": "azblob://c/p", "nas:/orders": "nas:/orders",
		"rest:http://h/": "rest:http://h/", "./a:b": cwd + "/dr/a:b",
	} {
		if got := r.location(in); got != want {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
	if got := (&reader{dir: "/d"}).absolute("~/x"); got != "~/x" {
		t.Error(got)
	}
}

// Line ends of Windows, a byte order mark and letters beyond ASCII do not move
// positions.
func TestPositions(t *testing.T) {
	src := "\ufeffversion: 1\r\nworkloads:\r\n  größe:\r\n    kind: files\r\n  x: {ключ: 1, kinb: files}\r\n"
	_, err := Parse("x.yaml", []byte(src))
	es, ok := err.(Errors)
	if !ok {
		t.Fatal(err)
	}
	var got []string
	for _, e := range es {
		if e.Key == "workloads" || e.Key == "workloads.x.kinb" {
			got = append(got, e.Error())
		}
	}
	want := []string{
		`x.yaml:3:3: bad name "größe" for a workload; use letters, digits, dot, dash and underscore, 63 at most`,
		`x.yaml:5:16: unknown key "kinb"; did you mean "kind"?`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
