package main

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"

	_ "modernc.org/sqlite" // the state's database
)

const (
	manyWorkloads = 2_000
	manyRuns      = 100_000
)

// estate makes an inventory of many workloads, each with a snapshot to find.
func (l *lab) estate() (place, error) {
	var b strings.Builder
	b.WriteString("version: 1\ntiers: four\nworkloads:\n")
	files := map[string]string{}
	for i := range manyWorkloads {
		fmt.Fprintf(&b, "  w%04d:\n    kind: files\n    tier: %d\n    owner: team-%d@example.com\n    source: {path: data}\n"+
			"    copies:\n      - {name: nightly, driver: rsync, repository: backups/w%04d, media: disk, site: dc1}\n", i, 1+i%4, i%20, i)
		files[fmt.Sprintf("backups/w%04d/2026-11-21_0200%02d/file", i, i%60)] = "x"
	}
	files["one.md"] = steps(1, "true")
	return l.workspace("estate", b.String(), files)
}

// past multiplies the one run that is there: the summaries of all, and the
// events of one in a hundred.
const past = `
insert into runs (id, workload, mode, started, ended, summary)
with recursive
  n(i) as (select 1 union all select i + 1 from n where i < ?1),
  r(i, id, workload, started, ended) as (
    select i, printf('%08x', i * 40503 % 4294967296), printf('w%04d', i % ?2),
      strftime('%Y-%m-%dT%H:%M:%S.000000000Z', '2026-11-01', '-' || i || ' minutes'),
      strftime('%Y-%m-%dT%H:%M:%S.000000000Z', '2026-11-01', '-' || (i - 20) || ' minutes') from n)
select r.id, r.workload, 'drill', r.started, r.ended,
  json_set(summary, '$.id', r.id, '$.workload', r.workload, '$.started', r.started, '$.ended', r.ended,
    '$.verdict', 'passed', '$.restored', json('true'), '$.target', 'scratch', '$.reasons', json('[]'))
from r, (select summary from runs limit 1);
insert into events (run, seq, at, type, body, hash)
select r.id, e.seq, e.at, e.type, e.body, e.hash from runs r join (select * from events) e where r.n % 100 = 0 and r.n > 1;
`

// multiply fills the history behind one real run.
func (p place) multiply() error {
	if _, err := p.run(1, "run", "one.md", "--yes"); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", "file:"+p.path("state/lifeboat.db"))
	if err != nil {
		return err
	}
	_, err = db.Exec(past, manyRuns, manyWorkloads)
	return errors.Join(err, db.Close())
}

func takeHistory(l *lab) ([]row, error) {
	full, err := l.estate()
	if err != nil {
		return nil, err
	}
	if err := full.multiply(); err != nil {
		return nil, err
	}
	empty, err := l.workspace("empty", "", nil)
	if err != nil {
		return nil, err
	}
	s, err := interleave(l.times(30), full.dashboard(), empty.dashboard())
	if err != nil {
		return nil, err
	}
	return []row{against("first frame with 2,000 workloads and 100,000 runs", "lifeboat in an empty directory", s[0], s[1], 2)}, nil
}
