package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/drivertest"
)

func (s *shop) to(t *testing.T, path string, tables ...string) error {
	t.Helper()
	p := s.listed(t)[0]
	_, err := s.restore(t, drivers.RestoreRequest{
		Point: p, Select: tables, Target: drivers.Target{Kind: drivers.TargetParallel, Name: "elsewhere", Path: path},
	})
	return err
}

// TestLiveByAnyName: the live file is refused whatever leads to it.
func TestLiveByAnyName(t *testing.T) {
	s := newShop(t, nil)
	s.backup(t)
	at := func(rel string) string { return filepath.Join(s.dir, rel) }
	if err := errors.Join(
		os.Symlink(s.source, at("soft.db")), os.Symlink("live", at("dir")), os.Link(s.source, at("hard.db")),
		os.Symlink(at("soft.db"), at("twice.db")),
	); err != nil {
		t.Fatal(err)
	}
	open, err := os.Open(s.source)
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	for _, path := range []string{
		s.source, at("soft.db"), at("twice.db"), at("hard.db"), at("dir/shop.db"), at("live") + "/../live/./shop.db",
		fmt.Sprintf("/proc/self/fd/%d", open.Fd()), fmt.Sprintf("/proc/%d/root%s", os.Getpid(), s.source),
		s.source + "-wal", s.source + "-shm", s.source + "-journal", // what belongs to it
	} {
		if err := s.to(t, path); !errors.Is(err, drivers.ErrTargetUnsafe) || !strings.Contains(err.Error(), "is the live source") || drivers.Hint(err) == "" {
			t.Errorf("%s: %v", path, err)
		}
		if err := s.to(t, path, "orders"); !errors.Is(err, drivers.ErrTargetUnsafe) {
			t.Errorf("a table into %s: %v", path, err)
		}
	}
	if got := ask(t, s.source, "SELECT count(*) FROM orders"); got != "600" {
		t.Errorf("the live database was touched: %s", got)
	}
}

func TestLiveByABindMount(t *testing.T) {
	s := newShop(t, nil)
	s.backup(t)
	drivertest.Bind(t, s.source, filepath.Join(s.dir, "bound.db"))
	drivertest.Bind(t, filepath.Dir(s.source), filepath.Join(s.dir, "bound"))
	for _, path := range []string{"bound.db", "bound/shop.db", "bound/shop.db-wal"} {
		if err := s.to(t, filepath.Join(s.dir, path)); !errors.Is(err, drivers.ErrTargetUnsafe) || !strings.Contains(err.Error(), "is the live source") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestNotEmpty: a log beside the target would be played into what is restored.
func TestNotEmpty(t *testing.T) {
	s := newShop(t, nil)
	s.backup(t)
	path := filepath.Join(s.dir, "other.db")
	db, err := sql.Open("sqlite", dsn(path, nil))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("PRAGMA journal_mode = WAL; CREATE TABLE mine (x); INSERT INTO mine VALUES (1)"); err != nil {
		t.Fatal(err)
	}
	if err := s.to(t, path); !errors.Is(err, drivers.ErrTargetUnsafe) || !strings.Contains(err.Error(), "not empty: it has other.db-wal beside it") {
		t.Errorf("a database in WAL mode: %v", err)
	}
	wal, err := os.ReadFile(path + "-wal")
	if err != nil || len(wal) == 0 {
		t.Fatal(len(wal), err)
	}
	for _, log := range []string{"-wal", "-journal"} {
		lone := filepath.Join(s.dir, "lone"+log+".db")
		if err := os.WriteFile(lone+log, wal, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := s.to(t, lone); !errors.Is(err, drivers.ErrTargetUnsafe) || !strings.Contains(err.Error(), "lone"+log+".db"+log+" beside it") {
			t.Errorf("a left over log: %v", err)
		}
		if _, err := os.Stat(lone); err == nil {
			t.Error("a refused restore made its target")
		}
	}
	plain := filepath.Join(s.dir, "plain.db")
	if err := os.WriteFile(plain, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.to(t, plain); !errors.Is(err, drivers.ErrTargetUnsafe) || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("a file: %v", err)
	}
	if err := os.Truncate(plain, 0); err != nil {
		t.Fatal(err)
	}
	if err := s.to(t, plain); err != nil {
		t.Errorf("an empty file: %v", err)
	}
}

func TestRoom(t *testing.T) {
	s := newShop(t, nil)
	s.backup(t)
	disk := drivertest.SmallDisk(t, "100k")
	err := s.to(t, filepath.Join(disk, "shop.db"))
	if !errors.Is(err, drivers.ErrNoSpace) || !errors.Is(err, drivers.ErrTargetUnsafe) || !strings.Contains(err.Error(), disk) || !strings.Contains(err.Error(), "100 KiB free") {
		t.Errorf("%v", err)
	}
	if !strings.Contains(drivers.Hint(err), "TMPDIR") {
		t.Errorf("hint %q", drivers.Hint(err))
	}
	if left, _ := os.ReadDir(disk); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	if err := s.to(t, filepath.Join(drivertest.SmallDisk(t, "4m"), "shop.db")); err != nil {
		t.Errorf("a disk that is large enough: %v", err)
	}
}
