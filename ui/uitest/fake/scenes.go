package fake

import (
	"errors"
	"fmt"
	"testing/fstest"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
)

// Now is the time in the scenes: a Saturday night.
var Now = time.Date(2026, 11, 21, 9, 14, 22, 0, time.UTC)

const day = 24 * time.Hour

// Normal is a team with a handful of workloads, some of them in trouble.
func Normal(now func() time.Time, runsDir string) *Team {
	t := New(now, runsDir)
	orders := t.Add("orders-db", "1", 5*time.Minute, time.Hour, "nightly", "pitr")
	orders.Description = "Orders and payments of the shop."
	t.Point("orders-db", "nightly", 7*time.Hour)
	t.Point("orders-db", "nightly", 31*time.Hour)
	t.Point("orders-db", "nightly", 55*time.Hour, "20261119T020004Z.dump is empty")
	t.Point("orders-db", "pitr", 3*time.Minute)
	for i, m := range []int{52, 48, 55, 41, 38, 29, 33, 27} {
		t.Past(orders, time.Duration(8-i)*31*day+44*day, time.Duration(m)*time.Minute, drill.VerdictPassed)
	}
	t.Past(orders, 50*day, 66*time.Minute, drill.VerdictPassed)
	t.Past(orders, 44*day, 20*time.Minute, drill.VerdictPassed)

	wiki := t.Add("wiki", "3", day, 8*time.Hour, "restic")
	t.Point("wiki", "restic", 5*time.Hour)
	t.Past(wiki, 12*day, 14*time.Minute, drill.VerdictPassed)

	media := t.Add("media-files", "2", 4*time.Hour, 4*time.Hour, "nas", "s3")
	media.Kind = "files"
	t.Point("media-files", "nas", 2*time.Hour)
	t.Point("media-files", "s3", 26*time.Hour)
	t.Past(media, 20*day, 94*time.Minute, drill.VerdictPassed)

	ledger := t.Add("ledger", "1", 15*time.Minute, 30*time.Minute, "dump", "offsite")
	t.Errs["ledger/offsite"] = &drivers.Error{
		Driver: "fake", Op: "locate", Object: "/mnt/nas/ledger/offsite", Err: errors.New("permission denied"),
		Hint: "run lifeboat as the backup user, or give it read access",
	}
	t.Point("ledger", "dump", 10*time.Minute)
	t.Past(ledger, 10*day, 21*time.Minute, drill.VerdictFailed, "check rows entries: 0 rows, expected >= 1000")

	t.Add("crm", "2", 4*time.Hour, 4*time.Hour, "nightly")
	t.Books["postgresql.md"] = &fstest.MapFile{Data: []byte(Runbook)}
	t.Books["notes.md"] = &fstest.MapFile{Data: []byte("# Notes\n\nNothing to do here.\n")}
	return t
}

// Absurd is a team with far too much of everything, and with names that hurt.
func Absurd(now func() time.Time, runsDir string, workloads, runbooks int) *Team {
	t := New(now, runsDir)
	names := []string{
		"orders-db", "顧客データベース東京第二データセンター", "сервис-платежей", "emoji-👩‍🚒🔥❤️-store", "ünïcödé-näme",
		"a-very-long-name-that-somebody-thought-was-a-good-idea-and-then-it-grew-a-suffix-production-eu-west-1",
		"evil\x1b[2J\x1b]0;title\x07name", "rtl-\u202eevil\u202c",
	}
	for i := range workloads {
		name := fmt.Sprintf("%s-%04d", names[i%len(names)], i)
		w := t.Add(name, fmt.Sprint(1+i%4), time.Duration(1+i%24)*time.Hour, time.Hour, "nightly", "offsite", "vault")
		w.Owner = "team-" + names[(i+3)%len(names)]
		if i%7 != 0 {
			t.Point(name, "nightly", time.Duration(i%100)*time.Hour)
			t.Point(name, "offsite", time.Duration(i%300)*time.Hour)
			t.Point(name, "vault", time.Duration(i%30)*time.Hour)
		}
		if i%3 == 0 {
			t.Past(w, time.Duration(i%200)*day, time.Duration(10+i%90)*time.Minute, drill.VerdictPassed)
		}
	}
	for i := range runbooks {
		t.Books[fmt.Sprintf("team-%02d-restore-%04d-%d.md", i%40, i, i%9)] = &fstest.MapFile{Data: []byte(Runbook)}
	}
	return t
}

// Runbook is a runbook as people write them.
const Runbook = "---\ntitle: Restore a PostgreSQL database\nrto: 1h\n---\n" + `# Restore a PostgreSQL database

Brings **one database** back from a dump, into a *scratch* cluster first. Read it
once before you begin; ask in [#dba](https://chat.example.com/dba) when in doubt.

## Prerequisites

- [ ] You can log in to ` + "`db2`" + `
- [ ] Somebody else knows that you are doing this

## Step 1: Assess

What is lost, and since when? Write it down.

| symptom | look at | who knows |
|---|---|---|
| nothing answers | the host, then the service | on-call |
| rows are missing | ` + "`orders`, `order_lines`" + ` and the audit log of the application | payments team |

## Step 2: Locate the backup

` + "```bash {name=locate timeout=5m}\n" + `# newest first
ls -t /mnt/nas/orders/*.dump | head -n 5
DUMP="$(ls -t /mnt/nas/<bucket>/*.dump | head -n 1)" && echo "using $DUMP"
` + "```\n" + `
> A dump that was cut short still lists. Only reading every byte tells.

## Step 3: Restore

1. Make room:
   ` + "```sh\n   df -h /var/lib/postgresql\n   ```" + `
2. Restore it:
   ` + "```sh\n   if createdb orders_restored; then\n     pg_restore --jobs 4 --dbname orders_restored \"$DUMP\"\n   fi\n   ```" + `

## Step 4: Validate

` + "```sql\nSELECT count(*) FROM orders WHERE created_at > now() - interval '1 day'; -- not 0\n```" + `

## Rollback

Drop the restored database:

` + "```sh\ndropdb orders_restored\n```" + `

## Post-recovery

- Tell the owner
- Write down what surprised you
`
