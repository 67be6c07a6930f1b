package sqlite

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/repo"
)

// With a manifest nothing escapes: a flip on any page, a cut anywhere, a page
// of zeros, another file in its place are all found before structure is read.
func TestEveryDamageIsCaughtWithManifest(t *testing.T) {
	s := newShop(t, nil)
	p := s.backup(t)
	good, err := os.ReadFile(p.Files[0])
	if err != nil {
		t.Fatal(err)
	}
	caught := func(what string, bad []byte, least drivers.Grade) {
		t.Helper()
		if err := os.WriteFile(p.Files[0], bad, 0o600); err != nil {
			t.Fatal(err)
		}
		v := s.verify(t, p, drivers.GradeChecksum)
		f := v.Failure()
		if f == nil || v.OK() || f.Detail == "" || f.Hint == "" || v.Proved.AtLeast(drivers.GradeChecksum) || !f.Grade.AtLeast(least) {
			t.Errorf("%s: proved %q, %+v", what, v.Proved, f)
		}
	}
	const page = 1024
	rnd := rand.New(rand.NewPCG(1, 2))
	for n := range len(good) / page {
		caught(fmt.Sprintf("flip on page %d", n+1), flip(n*page+rnd.IntN(page))(bytes.Clone(good)), drivers.GradeSize)
	}
	for n := range 20 {
		caught(fmt.Sprintf("cut %d", n), good[:1+n*(len(good)-2)/19], drivers.GradeSize)
		zero := bytes.Clone(good)
		clear(zero[n*5*page : n*5*page+page])
		caught(fmt.Sprintf("zeros on page %d", n*5+1), zero, drivers.GradeSize)
	}
	other := filepath.Join(s.dir, "other.db")
	makeShop(t, other)
	swapped, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	caught("another file", swapped, drivers.GradeSize)
	caught("nothing", nil, drivers.GradeSize)
	if err := os.WriteFile(p.Files[0], good, 0o600); err != nil {
		t.Fatal(err)
	}
	if v := s.verify(t, p, drivers.GradeReadable); !v.OK() {
		t.Errorf("the good one: %+v", v)
	}
}

// The checksum says where the file was altered and whose pages those are.
func TestChecksumSaysWhere(t *testing.T) {
	s := newShop(t, nil)
	p := s.backup(t)
	// A byte within a text: nothing but the checksum can see it.
	if err := edit(p.Files[0], func(b []byte) []byte {
		at := bytes.Index(b, []byte("order number 477 "))
		b[at] = 'O'
		return b
	}); err != nil {
		t.Fatal(err)
	}
	v := s.verify(t, p, drivers.GradeReadable)
	f := v.Failure()
	if f == nil || f.Grade != drivers.GradeChecksum || !strings.Contains(f.Detail, "page") || !strings.Contains(f.Detail, "orders)") {
		t.Errorf("%+v", f)
	}
	if len(v.Results) != 4 {
		t.Errorf("it went on after the failure: %+v", v.Results)
	}
}

// Without a manifest, what SQLite's structures give away is caught, and what
// they can't is said.
func TestDamageWithoutManifest(t *testing.T) {
	for name, c := range map[string]struct {
		change func([]byte) []byte
		grade  drivers.Grade
		says   string
	}{
		"cut at a page":       {func(b []byte) []byte { return b[:80*1024] }, drivers.GradeSize, "file holds 80 of"},
		"cut within a page":   {func(b []byte) []byte { return b[:len(b)-100] }, drivers.GradeSize, "truncated: file holds"},
		"fragment of a page":  {func(b []byte) []byte { return append(b, make([]byte, 100)...) }, drivers.GradeSize, "no whole number of pages"},
		"less than a header":  {func(b []byte) []byte { return b[:50] }, drivers.GradeSize, "less than a header"},
		"empty":               {func([]byte) []byte { return nil }, drivers.GradeSize, "0 bytes"},
		"no database":         {func(b []byte) []byte { copy(b, "-- a dump"); return b }, drivers.GradeStructure, "does not start as"},
		"schema page zeroed":  {func(b []byte) []byte { clear(b[100:1024]); return b }, drivers.GradeStructure, ""},
		"page zeroed":         {func(b []byte) []byte { clear(b[40*1024 : 41*1024]); return b }, drivers.GradeReadable, "orders"},
		"page of noise":       {func(b []byte) []byte { copy(b[60*1024:61*1024], b[10*1024:]); return b }, drivers.GradeReadable, "integrity_check"},
		"cell pointers":       {func(b []byte) []byte { copy(b[50*1024+8:], "\xff\xff\xff\xff"); return b }, drivers.GradeReadable, ""},
		"key and index apart": {swapText("customer 171", "customer 711"), drivers.GradeReadable, "customers"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, nil)
			p := s.bare(t, s.backup(t))
			if err := edit(p.Files[0], c.change); err != nil {
				t.Fatal(err)
			}
			v := s.verify(t, p, drivers.GradeReadable)
			f := v.Failure()
			if f == nil || f.Grade != c.grade || !strings.Contains(f.Detail, c.says) || f.Hint == "" {
				t.Errorf("caught %+v, want at %s: %s", f, c.grade, c.says)
			}
		})
	}
}

// swapText alters the last place of a text: it stands in the table and in the
// index, and maybe in space that is not in use.
func swapText(old, fresh string) func([]byte) []byte {
	return func(b []byte) []byte {
		copy(b[bytes.LastIndex(b, []byte(old)):], fresh)
		return b
	}
}

func TestWithoutManifestIsSaid(t *testing.T) {
	s := newShop(t, nil)
	p := s.bare(t, s.backup(t))
	v := s.verify(t, p, drivers.GradeReadable)
	if !v.OK() || v.Results[3].Outcome != drivers.Skipped || !strings.Contains(v.Results[5].Detail, "can't be seen") {
		t.Errorf("%+v", v)
	}
	// A checksum that was never made is not proved.
	if v := s.verify(t, p, drivers.GradeChecksum); v.OK() || v.Proved != drivers.GradeAge {
		t.Errorf("checksum without a manifest: %+v", v)
	}
	// Text that is broken by a flip shows as text that is no UTF-8.
	if err := edit(p.Files[0], func(b []byte) []byte {
		b[bytes.Index(b, []byte("order number 488 "))] |= 0x80
		return b
	}); err != nil {
		t.Fatal(err)
	}
	v = s.verify(t, p, drivers.GradeReadable)
	if r := v.Results[len(v.Results)-1]; r.Outcome != drivers.Warned || !strings.Contains(r.Detail, "orders.note") {
		t.Errorf("broken text: %+v", r)
	}
}

func TestStale(t *testing.T) {
	s := newShop(t, nil)
	p := s.backup(t)
	s.time = s.time.Add(48 * time.Hour)
	v := s.verify(t, p, drivers.GradeReadable)
	if !v.Stale() || v.OK() || !strings.Contains(v.Failure().Detail, "2d old by its manifest") {
		t.Errorf("%+v", v)
	}
	if last := v.Results[len(v.Results)-1]; last.Grade != drivers.GradeReadable || last.Outcome != drivers.Passed {
		t.Errorf("a stale point is still read: %+v", last)
	}
}

func TestWrongDatabase(t *testing.T) {
	other := func(t *testing.T, s *shop, table string) drivers.RecoveryPoint {
		path := filepath.Join(s.repository, "shop-20261121.db")
		script(t, path, "CREATE TABLE "+table+" (x); INSERT INTO "+table+" VALUES (1)")
		return s.listed(t)[0]
	}
	fails := func(t *testing.T, s *shop, p drivers.RecoveryPoint, says string) {
		t.Helper()
		f := ptr(s.verify(t, p, drivers.GradeReadable)).Failure()
		if f == nil || f.Grade != drivers.GradeStructure || !strings.Contains(f.Detail, says) {
			t.Errorf("%+v", f)
		}
	}
	t.Run("none of the source's tables", func(t *testing.T) {
		s := newShop(t, nil)
		fails(t, s, other(t, s, "wiki"), "wrong database: none of the source's tables")
	})
	t.Run("tables that must be there", func(t *testing.T) {
		s := newShop(t, map[string]string{"tables": "orders, customers"})
		fails(t, s, other(t, s, "orders"), "wrong database: no table customers")
	})
	t.Run("application id", func(t *testing.T) {
		s := newShop(t, map[string]string{"application_id": "4711"})
		fails(t, s, other(t, s, "orders"), "application_id is 0, expected 4711")
	})
	t.Run("another workload's manifest", func(t *testing.T) {
		s := newShop(t, nil)
		p := s.backup(t)
		s.spec.Workload = "billing"
		fails(t, s, p, "of the workload shop, not billing")
	})
	t.Run("source lost", func(t *testing.T) {
		s := newShop(t, nil)
		p := other(t, s, "wiki")
		if err := os.Remove(s.source); err != nil {
			t.Fatal(err)
		}
		v := s.verify(t, p, drivers.GradeStructure)
		if r := v.Results[4]; !v.OK() || r.Outcome != drivers.Warned || !strings.Contains(r.Detail, "could not be compared") {
			t.Errorf("%+v", v)
		}
	})
	t.Run("no table at all", func(t *testing.T) {
		s := newShop(t, nil)
		script(t, filepath.Join(s.repository, "shop.db"), "PRAGMA user_version = 1")
		fails(t, s, s.listed(t)[0], "without a single table")
	})
}

func ptr[T any](v T) *T { return &v }

func TestHotJournalAndLog(t *testing.T) {
	s := newShop(t, nil)
	p := s.bare(t, s.backup(t))
	write := func(suffix string) {
		if err := os.WriteFile(p.Files[0]+suffix, []byte("pages"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("-wal")
	v := s.verify(t, p, drivers.GradeStructure)
	if r := v.Results[4]; r.Outcome != drivers.Warned || !strings.Contains(r.Detail, "write-ahead log") {
		t.Errorf("%+v", r)
	}
	if ps := s.listed(t); len(ps) != 1 || !strings.Contains(strings.Join(ps[0].Problems, " "), "-wal of 5 bytes") {
		t.Errorf("%+v", ps)
	}
	write("-journal")
	if f := ptr(s.verify(t, p, drivers.GradeStructure)).Failure(); f == nil || !strings.Contains(f.Detail, "middle of a transaction") {
		t.Errorf("%+v", f)
	}
}

func TestForeignKeysWarn(t *testing.T) {
	s := newShop(t, nil)
	script(t, s.source, "DELETE FROM customers WHERE id = 5")
	v := s.verify(t, s.backup(t), drivers.GradeReadable)
	if r := v.Results[5]; !v.OK() || r.Outcome != drivers.Warned || !strings.Contains(r.Detail, "3 rows refer to rows that are not there, first in orders, of customers") {
		t.Errorf("%+v", r)
	}
}

// Nothing appears beside a backup that is verified, and a repository that may
// not be written is no obstacle.
func TestVerifyLeavesNoTrace(t *testing.T) {
	s := newShop(t, nil)
	script(t, s.source, "PRAGMA journal_mode = WAL")
	p := s.backup(t)
	before, _ := os.ReadDir(s.repository)
	if err := os.Chmod(s.repository, 0o500); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(s.repository, 0o700)
	if v := s.verify(t, p, drivers.GradeReadable); !v.OK() {
		t.Errorf("%+v", v)
	}
	after, _ := os.ReadDir(s.repository)
	if len(before) != 2 || len(after) != 2 {
		t.Errorf("before %v, after %v", before, after)
	}
}

func TestBadManifest(t *testing.T) {
	s := newShop(t, nil)
	p := s.backup(t)
	if err := os.WriteFile(p.Files[0]+repo.ManifestSuffix, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if f := ptr(s.verify(t, p, drivers.GradeReadable)).Failure(); f == nil || f.Grade != drivers.GradeChecksum || f.Outcome != drivers.Unknown {
		t.Errorf("%+v", f)
	}
	if ps := s.listed(t); len(ps) != 1 || len(ps[0].Problems) == 0 || ps[0].TimeSource != drivers.TimeName {
		t.Errorf("%+v", ps)
	}
}

func TestVerifyCancelled(t *testing.T) {
	s := newShop(t, nil)
	p := s.backup(t)
	ctx, cancel := context.WithCancel(t.Context())
	rep := &drivers.Reporter{OnProgress: func(drivers.Progress) { cancel() }}
	if v, err := s.Verify(ctx, drivers.VerifyRequest{Point: p, Grade: drivers.GradeReadable}, rep); err == nil {
		t.Errorf("no error: %+v", v)
	}
}
