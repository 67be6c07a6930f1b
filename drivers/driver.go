package drivers

import (
	"context"
	"time"
)

// Driver knows one backup tool, bound to one copy of one workload. It is made
// by a Factory and safe for use by one goroutine at a time.
//
// Locate, Verify and Plan are read only: they change neither source, nor
// repository, nor target. Everything a Driver prints goes to the Reporter.
type Driver interface {
	// Info describes the driver. It does no I/O.
	Info() Info

	// Locate lists the recovery points of the copy, newest first. A
	// repository without any is an empty list and no error; one that can't
	// be read is an error. Points that are visibly bad are listed, with the
	// reason in their Problems.
	Locate(ctx context.Context) ([]RecoveryPoint, error)

	// Verify proves as much as the request's grade asks, going from cheap to
	// dear and stopping at the first grade that does not hold. A bad backup
	// is a Verification with a failed result and no error; an error means
	// that it could not be found out.
	Verify(ctx context.Context, req VerifyRequest, rep *Reporter) (Verification, error)

	// Plan says what Restore would do. The same request gives the same plan.
	Plan(ctx context.Context, req RestoreRequest) (Plan, error)

	// Restore runs that plan and nothing else. It returns ErrPlanStale when
	// the world has changed since the plan was made, ErrTargetUnsafe when the
	// target is live without leave or is not empty. Cancelling ctx ends all
	// its children.
	Restore(ctx context.Context, plan Plan, rep *Reporter) (Evidence, error)
}

// Info describes a driver.
type Info struct {
	Name    string   `json:"name"`    // pgdump
	Title   string   `json:"title"`   // PostgreSQL logical dumps (pg_dump)
	Kinds   []string `json:"kinds"`   // workload kinds that it serves
	Options []string `json:"options"` // keys of the copy that it understands
	Tools   []Tool   `json:"tools"`   // programs that it runs; empty when embedded
	Grades  []Grade  `json:"grades"`  // grades that Verify can prove, cheap to dear
	Select  string   `json:"select"`  // what RestoreRequest.Select names: "table", "path"; empty: whole only
}

// Tool is a program that a driver needs.
type Tool struct {
	Name    string `json:"name"`
	Install string `json:"install"` // the command that installs it on Debian
}

// Spec binds a driver to one copy of one workload. All references to the
// environment are already filled in: it may hold secrets and is never
// written anywhere.
type Spec struct {
	Workload   string
	Kind       string
	DSN        string // of the source
	Path       string // of the source
	SourceOpts map[string]string
	Copy       string
	Repository string
	Options    map[string]string
}

// Env is what a driver may use of the world.
type Env struct {
	Runner Runner           // the only way to start a program
	Now    func() time.Time // never time.Now
	TmpDir string           // where temporary files may be made; empty: the system's
}

// Factory makes one kind of driver.
type Factory struct {
	Info Info
	New  func(spec Spec, env Env) (Driver, error)
}

// VerifyRequest asks for a proof of one recovery point.
type VerifyRequest struct {
	Point  RecoveryPoint
	Grade  Grade         // prove up to this grade
	MaxAge time.Duration // for GradeAge; 0: age is not judged
}

// RestoreRequest asks for a plan.
type RestoreRequest struct {
	Point  RecoveryPoint `json:"point"`
	Target Target        `json:"target"`
	Select []string      `json:"select,omitempty"` // tables or paths; empty: everything
	Jobs   int           `json:"jobs,omitempty"`   // parallel jobs; 0: the driver's choice
	// Incident says that the live source may be gone. A target that can't be
	// compared with it is then a warning; in a drill it is refused.
	Incident bool `json:"incident,omitempty"`
}

// The abilities that a driver may have beside Driver. Find them with As.
type (
	// Preflighter tells what is missing before work starts: tools, versions,
	// permissions, space.
	Preflighter interface {
		Preflight(ctx context.Context) []Finding
	}

	// Provisioner makes and removes scratch targets. Destroy gets the record
	// that was kept before Provision began: it must cope with a target that
	// was never or only half made, may be called twice, and must leave no
	// process, directory or socket. Point tells Provision which version of
	// the server to make.
	Provisioner interface {
		Provision(ctx context.Context, rec ScratchRecord, point RecoveryPoint, rep *Reporter) (Target, error)
		Destroy(ctx context.Context, rec ScratchRecord, rep *Reporter) error
	}

	// Validator runs checks against a restored target. source may be nil
	// when the source can't be reached; checks that need it are then
	// OutcomeUnknown.
	Validator interface {
		Validate(ctx context.Context, req ValidateRequest, rep *Reporter) ([]CheckResult, error)
	}

	// BackUpper makes a new recovery point in the copy.
	BackUpper interface {
		Backup(ctx context.Context, rep *Reporter) (RecoveryPoint, error)
	}

	// Identifier tells what a target really is, whatever it is called: a
	// cluster's system identifier, a file's device and inode. Two targets
	// with the same identity are the same thing. What can't be found out is
	// an Identity without a Value, or an error; never a guess.
	Identifier interface {
		Identify(ctx context.Context, t Target) (Identity, error)
		// SourceTarget is the live source as a target.
		SourceTarget() (Target, bool)
	}

	// Roomer tells how much room there is where a restore into the target
	// would lie. ok is false where that can't be seen from here.
	Roomer interface {
		Room(ctx context.Context, t Target) (r Room, ok bool)
	}

	// Querier runs a SQL script of a runbook against a target.
	Querier interface {
		Query(ctx context.Context, t Target, script string, rep *Reporter) error
	}
)

// Wrapper is a decorator around a driver.
type Wrapper interface{ Unwrap() Driver }

// As finds the ability T in d, looking through decorators.
func As[T any](d Driver) (T, bool) {
	for d != nil {
		if t, ok := d.(T); ok {
			return t, true
		}
		w, ok := d.(Wrapper)
		if !ok {
			break
		}
		d = w.Unwrap()
	}
	var zero T
	return zero, false
}
