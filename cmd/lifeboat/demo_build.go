package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the demo's shop

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

const demoInventory = `# A shop that was made for you to practise on. Break it as you like.
version: 1
tiers: four
workloads:
  shop:
    kind: sqlite
    tier: 1
    owner: you@example.com
    rpo: 24h        # nightly backups can't promise less
    source:
      path: shop.db
    copies:
      - name: nightly
        driver: sqlite
        repository: backups/nightly
        media: disk
        site: here
        schedule: "0 2 * * *"
      - name: offsite
        driver: sqlite
        repository: backups/offsite
        media: object
        site: elsewhere
        offsite: true
        schedule: "0 4 * * *"
    checks:
      - rows: orders
        expect: within 5% of source
      - rows: customers
        expect: ">= 100"
      - query: select max(created_at) from orders
        newest: true
      - canary: select token from lifeboat_canary
        expect: demo-canary-7319
`

const demoRunbook = `# Checkout is down

What to do when customers can't pay. It is written for people, and knows
nothing of lifeboat.

## Steps

1. Look whether the shop's database answers

   ` + "```sh\n   ls -l shop.db\n   ```" + `

2. Tell the support desk that we are on it

   - [ ] status page updated
   - [ ] support desk knows

3. If the database is damaged, start the restore: open the dashboard, choose
   the shop, press enter.

## Rollback

1. Put the old database file back
`

// demoSchema is the shop. Its orders come every half hour.
const demoSchema = `
create table customers (id integer primary key, name text not null, city text not null);
create table orders (id integer primary key, customer integer not null references customers, item text not null,
  amount_cents integer not null, created_at text not null);
create index orders_created on orders (created_at);
create table lifeboat_canary (token text not null);
insert into lifeboat_canary values ('demo-canary-7319');
with recursive n(i) as (select 1 union all select i + 1 from n where i < 400)
insert into customers select i, 'Customer ' || i, case i % 3 when 0 then 'Bergen' when 1 then 'Lisboa' else 'Gdańsk' end from n;
`

// demoOrders adds the orders between two moments (unix seconds).
const demoOrders = `
with recursive t(at) as (select ?1 union all select at + 1800 from t where at + 1800 < ?2)
insert into orders (customer, item, amount_cents, created_at)
select 1 + abs(random()) % 400, case abs(random()) % 4 when 0 then 'rope' when 1 then 'lamp' when 2 then 'oar' else 'compass' end,
  500 + abs(random()) % 20000, strftime('%Y-%m-%dT%H:%M:%SZ', at, 'unixepoch') from t`

const (
	day        = 24 * time.Hour
	demoBegins = 100 * day // the shop's age
	morning    = 7 * time.Hour
)

// demoBuilder makes the demo's past: it moves its clock forward and does what
// would have happened then, with the real driver and the real engine.
type demoBuilder struct {
	a      *app
	dir    string
	db     *sql.DB
	filled time.Time
	clock  time.Time
}

func (a *app) buildDemo(ctx context.Context, dir string) error {
	if err := demoFiles(dir); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "shop.db"))
	if err != nil {
		return err
	}
	now := a.now()
	b := &demoBuilder{a: a, dir: dir, db: db, filled: now.Add(-demoBegins)}
	err = b.past(ctx, now)
	return errors.Join(err, db.Close())
}

func demoFiles(dir string) error {
	for _, d := range []string{"backups/nightly", "backups/offsite", "runbooks", "state"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
			return err
		}
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, inventoryName), []byte(demoInventory), 0o600),
		os.WriteFile(filepath.Join(dir, "runbooks", "checkout-down.md"), []byte(demoRunbook), 0o600),
	)
}

// past is the demo's story: three drills that went well, the last of them too
// long ago; an offsite copy that stopped twelve days ago; nightly backups, of
// which the one before the last lost a few bytes.
func (b *demoBuilder) past(ctx context.Context, now time.Time) error {
	if _, err := b.db.ExecContext(ctx, demoSchema); err != nil {
		return err
	}
	for _, ago := range []time.Duration{96 * day, 66 * day, 37 * day} {
		if err := b.rehearse(ctx, now.Add(-ago)); err != nil {
			return err
		}
	}
	for _, ago := range []time.Duration{14 * day, 13 * day, 12 * day} {
		if _, err := b.backup(ctx, now.Add(-ago-morning), "offsite"); err != nil {
			return err
		}
	}
	for night := 6; night >= 0; night-- {
		p, err := b.backup(ctx, now.Add(-time.Duration(night)*day-morning), "nightly")
		if err != nil {
			return err
		}
		if night == 1 {
			if err := corrupt(p.Files[0]); err != nil {
				return err
			}
		}
	}
	return b.fill(ctx, now)
}

// fill lets the shop trade until a moment.
func (b *demoBuilder) fill(ctx context.Context, until time.Time) error {
	_, err := b.db.ExecContext(ctx, demoOrders, b.filled.Unix(), until.Unix())
	b.filled = until
	return err
}

// desk is the engine as it was at the builder's clock.
func (b *demoBuilder) desk(ctx context.Context) (*drill.Desk, error) {
	inv, err := inventory.Load(filepath.Join(b.dir, inventoryName))
	if err != nil {
		return nil, err
	}
	a := *b.a
	start := b.a.now()
	a.now = func() time.Time { return b.clock.Add(b.a.now().Sub(start)) }
	a.closers, a.start = nil, nil // its clock is this process's
	d, err := a.deskOf(ctx, inv)
	b.a.closers = append(b.a.closers, a.closers...)
	return d, err
}

// backup makes a recovery point at a moment of the past.
func (b *demoBuilder) backup(ctx context.Context, at time.Time, copyName string) (drivers.RecoveryPoint, error) {
	if err := b.fill(ctx, at); err != nil {
		return drivers.RecoveryPoint{}, err
	}
	b.clock = at
	d, err := b.desk(ctx)
	if err != nil {
		return drivers.RecoveryPoint{}, err
	}
	return makePoint(ctx, d, copyName, at)
}

// makePoint backs the shop up, and gives the files the time of that night.
func makePoint(ctx context.Context, d *drill.Desk, copyName string, at time.Time) (drivers.RecoveryPoint, error) {
	w := d.Workloads()[0]
	drv, err := d.Estate.Open(w, w.Copy(copyName))
	if err != nil {
		return drivers.RecoveryPoint{}, err
	}
	maker, ok := drivers.As[drivers.BackUpper](drv)
	if !ok {
		return drivers.RecoveryPoint{}, errors.New("the sqlite driver can't back up")
	}
	p, err := maker.Backup(ctx, &drivers.Reporter{})
	if err != nil {
		return p, err
	}
	for _, f := range append(p.Files, p.Manifest) {
		if err := os.Chtimes(f, at, at); err != nil {
			return p, err
		}
	}
	return p, nil
}

// rehearse runs a real drill at a moment of the past, on a recovery point of
// the night before, which has since been removed by retention.
func (b *demoBuilder) rehearse(ctx context.Context, at time.Time) error {
	p, err := b.backup(ctx, at.Add(-morning), "nightly")
	if err != nil {
		return err
	}
	b.clock = at
	d, err := b.desk(ctx)
	if err != nil {
		return err
	}
	r, err := d.StartFor(ctx, drill.StartRequest{Workload: d.Workloads()[0], Mode: drill.ModeDrill, Unattended: true, Copy: "nightly"})
	if err != nil {
		return err
	}
	if err := drill.Walk(ctx, r, nil); err != nil {
		return err
	}
	if s := r.State(); s.Verdict != drill.VerdictPassed {
		return fmt.Errorf("the rehearsal of %s ended %s: %v", at.Format("2006-01-02"), s.Verdict, s.Reasons)
	}
	return errors.Join(os.Remove(p.Files[0]), os.Remove(p.Manifest))
}

// corrupt changes a few bytes in the middle of a backup, as a bad disk does:
// same size, same times, no error.
func corrupt(path string) error {
	fi, err := os.Stat(path)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	at := fi.Size()/2 + 100
	buf := make([]byte, 24)
	_, err = f.ReadAt(buf, at)
	for i := range buf {
		buf[i] ^= 0x5a
	}
	if err == nil {
		_, err = f.WriteAt(buf, at)
	}
	return errors.Join(err, f.Close(), os.Chtimes(path, fi.ModTime(), fi.ModTime()))
}
