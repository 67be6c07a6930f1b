package inventory

import (
	"reflect"
	"strings"
)

// The shapes are lifeboat.yaml as it is written. The keys that Parse accepts
// and the published JSON Schema both come from them; the values are read by
// the reader's methods, which know their positions.

type fileShape struct {
	Version   int                      `yaml:"version" jsonschema:"required,enum=1" jsonschema_description:"Version of this format: always 1."`
	Tiers     tiersShape               `yaml:"tiers,omitempty" jsonschema_description:"Protection classes: three (the default) or four for the built-in tables, or a mapping of your own. Its key extends takes over a built-in table, so that single tiers can be overridden."`
	Workloads map[string]workloadShape `yaml:"workloads" jsonschema:"required" jsonschema_description:"The data-bearing systems, by name: letters, digits, dot, dash and underscore."`
	Vars      map[string]textShape     `yaml:"vars,omitempty" jsonschema_description:"Variables for every runbook. A workload's own value wins."`
}

type objectivesShape struct {
	RPO       durationShape `yaml:"rpo,omitempty" jsonschema_description:"Recovery point objective: how much data may be lost, as time."`
	RTO       durationShape `yaml:"rto,omitempty" jsonschema_description:"Recovery time objective: how long a recovery may take, people included."`
	Frequency durationShape `yaml:"frequency,omitempty" jsonschema_description:"Time between two backups."`
	Retention durationShape `yaml:"retention,omitempty" jsonschema_description:"How long recovery points are kept."`
	TestEvery durationShape `yaml:"test_every,omitempty" jsonschema_description:"How often a restore is tested. Left out: 30d for the first tier, 90d for the others."`
}

type tierShape struct {
	Description     textShape `yaml:"description,omitempty" jsonschema_description:"What belongs here, in a few words."`
	objectivesShape `yaml:",inline"`
}

type workloadShape struct {
	Kind            kindShape     `yaml:"kind" jsonschema:"required" jsonschema_description:"What sort of system this is."`
	Tier            tierNameShape `yaml:"tier" jsonschema:"required" jsonschema_description:"Name of its protection class, from tiers."`
	Owner           textShape     `yaml:"owner,omitempty" jsonschema_description:"Who answers for it: a team or an address."`
	Description     textShape     `yaml:"description,omitempty" jsonschema_description:"What it is, in a few words."`
	Runbook         textShape     `yaml:"runbook,omitempty" example:"runbooks/orders.md" jsonschema_description:"Its runbook, relative to this file. Left out: the built-in one for its kind."`
	objectivesShape `yaml:",inline"`
	Source          sourceShape          `yaml:"source" jsonschema:"required" jsonschema_description:"Where the live data is."`
	Copies          []copyShape          `yaml:"copies" jsonschema:"required" jsonschema_description:"Where its backups are kept. An empty list says that there are none yet."`
	Checks          []checkShape         `yaml:"checks,omitempty" jsonschema_description:"What must be true of restored data. A run passes only if at least one check holds."`
	Vars            map[string]textShape `yaml:"vars,omitempty" jsonschema_description:"Variables for its runbook, by name. ${NAME} is filled in from the environment."`
	Heartbeat       textShape            `yaml:"heartbeat,omitempty" example:"${ORDERS_HEARTBEAT_URL}" jsonschema_description:"Address that is told of start, success and failure."`
}

// sourceShape and copyShape hold the keys that everybody understands; those of
// options.go join them by kind and by driver.
type sourceShape struct {
	DSN  textShape `yaml:"dsn,omitempty" example:"postgres://app@db1:5432/orders" jsonschema_description:"Connection string, without its password: use ${NAME}, .pgpass or an option file."`
	Path textShape `yaml:"path,omitempty" example:"data/shop.db" jsonschema_description:"File or directory, relative to this file."`
}

type copyShape struct {
	Name       textShape     `yaml:"name" jsonschema:"required" example:"nightly" jsonschema_description:"Name of the copy, once in a workload."`
	Driver     driverShape   `yaml:"driver" jsonschema:"required" jsonschema_description:"What makes and reads these backups."`
	Repository textShape     `yaml:"repository,omitempty" example:"/mnt/nas/orders|s3://backups/orders" jsonschema_description:"Where they lie: a directory, relative to this file, or s3://, gs://, azblob:// and what the driver's tool knows."`
	Media      textShape     `yaml:"media,omitempty" example:"disk|object|tape" jsonschema_description:"Sort of storage. Two different ones are needed for 3-2-1."`
	Site       textShape     `yaml:"site,omitempty" example:"dc1|eu-west-1" jsonschema_description:"Building or region that the storage stands in."`
	Offsite    bool          `yaml:"offsite,omitempty" jsonschema_description:"true: away from the live system's site."`
	Immutable  bool          `yaml:"immutable,omitempty" jsonschema_description:"true: declared to be locked against change and deletion."`
	Trust      textShape     `yaml:"trust,omitempty" example:"backup-account" jsonschema_description:"Trust domain: whose credentials can delete it."`
	Schedule   textShape     `yaml:"schedule,omitempty" example:"30 2 * * *" jsonschema_description:"Cron expression of its backups: minute, hour, day, month, weekday, or @daily and its like."`
	MaxAge     durationShape `yaml:"max_age,omitempty" jsonschema_description:"From this age on, the newest point means that backups have stopped. Left out: twice the schedule's interval, else twice the frequency."`
}

type checkShape struct {
	Name    textShape `yaml:"name,omitempty" jsonschema_description:"What reports call it. Left out: made from what it checks."`
	Rows    textShape `yaml:"rows,omitempty" example:"orders" jsonschema_description:"Table whose rows are counted. Without expect there must be at least one."`
	Query   textShape `yaml:"query,omitempty" jsonschema_description:"Query with one value as its answer. Needs expect or newest."`
	Canary  textShape `yaml:"canary,omitempty" jsonschema_description:"Query whose answer must equal expect byte for byte."`
	Command textShape `yaml:"command,omitempty" jsonschema_description:"Shell command that must exit 0."`
	File    textShape `yaml:"file,omitempty" jsonschema_description:"Path below the restored tree that must exist."`
	Expect  textShape `yaml:"expect,omitempty" example:">= 1000|== source|between 10 and 20|within 5% of source" jsonschema_description:"What the answer must be: a comparison (in quotes, because YAML gives > a meaning of its own) or a plain value."`
	SHA256  textShape `yaml:"sha256,omitempty" jsonschema_description:"SHA-256 of the file, 64 hexadecimal digits."`
	Newest  bool      `yaml:"newest,omitempty" jsonschema_description:"true: the answer is the data's own newest time, and RPO is measured with it."`
}

// Values with a schema of their own: see schema.go.
type (
	textShape     string // also a number or a boolean, taken as written
	durationShape string
	tierNameShape string
	kindShape     string
	driverShape   string
	tiersShape    struct{}
)

// keysOf gives the keys of a shape, in its order.
func keysOf[T any]() []string { return fieldKeys(reflect.TypeFor[T]()) }

func fieldKeys(t reflect.Type) []string {
	var keys []string
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if f.Anonymous {
			keys = append(keys, fieldKeys(f.Type)...)
		} else {
			keys = append(keys, name)
		}
	}
	return keys
}
