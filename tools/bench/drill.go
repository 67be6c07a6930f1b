package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"
)

// takeDrill holds a drill against the same by hand: the same pg_restore into
// a cluster of the same settings; and the whole drill against all that it
// does, done by hand.
func takeDrill(l *lab) (rows []row, err error) {
	const inside, whole = "pg_restore within a drill", "the whole drill"
	bin := postgresBin()
	if bin == "" || have("pg_restore") == "" || have("psql") == "" {
		return []row{
			missing(inside, "pg_restore by hand", "≤ 1.02 × + 1 s", "PostgreSQL", installPostgres),
			missing(whole, "the same by hand", "≤ 1.02 × + 1 s", "PostgreSQL", installPostgres),
		}, nil
	}
	live, err := newServer(bin, filepath.Join(l.dir, "live"))
	if err != nil {
		return nil, err
	}
	if err := live.start(); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, live.remove()) }()
	p, err := l.orders(live)
	if err != nil {
		return nil, err
	}
	h, err := p.rehearse(bin, l.times(5))
	if err != nil {
		return nil, err
	}
	n := strconv.Itoa(runtime.NumCPU())
	return []row{
		overhead(inside, "pg_restore -j "+n+" by hand", h[0], h[1]),
		overhead(whole, "initdb, pg_restore to /dev/null, createdb, pg_restore -j "+n+", psql, rm by hand", h[2], h[3]),
	}, nil
}

// orders makes a database with something to index, and its workload with one
// dump.
func (l *lab) orders(live *server) (place, error) {
	n := 2_000_000
	if l.quick {
		n = 100_000
	}
	if err := live.sql("postgres", "create database orders"); err != nil {
		return place{}, err
	}
	if err := live.sql("orders",
		fmt.Sprintf("create table orders as select i as id, i %% 9973 as customer, md5(i::text) as note, now() - i * interval '1 second' as created_at from generate_series(1, %d) i", n),
		"alter table orders add primary key (id)", "create index on orders (customer)", "create index on orders (created_at)"); err != nil {
		return place{}, err
	}
	p, err := l.workspace("orders", fmt.Sprintf(`version: 1
tiers: four
workloads:
  orders:
    kind: postgresql
    tier: 2
    source: {dsn: "postgres://postgres@/orders?host=%s"}
    copies: [{name: nightly, driver: pgdump, repository: dumps}]
    checks: [{rows: orders, expect: ">= 1000"}]
`, live.dir), nil)
	if err != nil {
		return p, err
	}
	if err := os.MkdirAll(p.path("dumps"), 0o700); err != nil {
		return p, err
	}
	_, err = p.run(0, "backup", "orders")
	return p, err
}

// rehearse takes turns: the restore within a drill and by hand, the whole
// drill and all of it by hand.
func (p place) rehearse(bin string, n int) (out [4]sample, err error) {
	dumps, err := filepath.Glob(p.path("dumps/*.dump"))
	if err != nil || len(dumps) != 1 {
		return out, fmt.Errorf("`lifeboat backup` left %d dumps: %w", len(dumps), errors.Join(err, errors.New("one was expected")))
	}
	for range n {
		drill, err := p.run(0, "run", "orders", "--mode", "drill", "--yes")
		if err != nil {
			return out, err
		}
		restore, err := p.restoreTime()
		if err != nil {
			return out, err
		}
		whole, alone, err := byHand(bin, filepath.Join(p.lab.dir, "by-hand"), dumps[0])
		if err != nil {
			return out, err
		}
		out[0], out[1] = append(out[0], restore), append(out[1], alone)
		out[2], out[3] = append(out[2], drill.wall), append(out[3], whole)
	}
	return out, nil
}

// restoreTime is how long the newest drill says that its restore took.
func (p place) restoreTime() (time.Duration, error) {
	text, err := p.lab.output(p.dir, p.env(), p.lab.lifeboat, "history", "--json")
	if err != nil {
		return 0, err
	}
	var runs []struct {
		Restore time.Duration `json:"restore_ns"`
		Verdict string        `json:"verdict"`
	}
	if err := json.Unmarshal([]byte(text), &runs); err != nil {
		return 0, err
	}
	if len(runs) == 0 || runs[0].Verdict != "passed" || runs[0].Restore == 0 {
		return 0, fmt.Errorf("the newest drill did not pass: %.300s", text)
	}
	return runs[0].Restore, nil
}

// byHand does what a drill does, without one.
func byHand(bin, dir, dump string) (whole, restore time.Duration, err error) {
	// The server's user reads nothing: pg_restore runs as who we are.
	began := time.Now()
	if _, err := spend("/", nil, []string{"pg_restore", "-f", "/dev/null", dump}); err != nil {
		return 0, 0, err
	}
	s, err := newServer(bin, dir)
	if err != nil {
		return 0, 0, err
	}
	if err := s.start(); err != nil {
		return 0, 0, err
	}
	err = s.sql("postgres", "create database orders")
	if err == nil {
		var took spent
		took, err = spend("/", append(os.Environ(), "PGHOST="+s.dir, "PGUSER=postgres"),
			[]string{"pg_restore", "-j", strconv.Itoa(runtime.NumCPU()), "-v", "--exit-on-error", "--no-owner", "--no-privileges", "-d", "orders", dump})
		restore = took.wall
	}
	if err == nil {
		err = s.sql("orders", "select count(*) from orders")
	}
	err = errors.Join(err, s.remove())
	return time.Since(began), restore, err
}

// overhead makes the row of a part that may cost 2 % and a second.
func overhead(what, reference string, ours, theirs sample) row {
	r := against(what, reference, ours, theirs, 0)
	limit := time.Duration(1.02*float64(theirs.least())) + time.Second
	r.Goal, r.OK = "≤ 1.02 × + 1 s", verdict(ours.least() <= limit)
	return r
}
