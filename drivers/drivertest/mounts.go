package drivertest

import (
	"bytes"
	"context"
	"os"
	"testing"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/command"
)

// Bind mounts from at to as well, until the test ends. to is made as what
// from is. Where this user may mount nothing the test is skipped.
func Bind(t testing.TB, from, to string) {
	t.Helper()
	st, err := os.Stat(from)
	if err == nil && st.IsDir() {
		err = os.MkdirAll(to, 0o755) //nolint:gosec // as the other directories of a test
	} else if err == nil {
		err = os.WriteFile(to, nil, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	mount(t, to, "--bind", from)
}

// SmallDisk is the root of an empty file system of that size ("8m"), which
// ends with the test. Where this user may mount nothing the test is skipped.
func SmallDisk(t testing.TB, size string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "lb-disk-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.Remove(dir); err != nil {
			t.Error(err)
		}
	})
	mount(t, dir, "-t", "tmpfs", "-o", "mode=755,size="+size, "tmpfs")
	return dir
}

func mount(t testing.TB, at string, args ...string) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("mounting takes root: run the tests as root to see this one")
	}
	if said, ok := run(t.Context(), append(append([]string{"mount"}, args...), at)); !ok {
		t.Skipf("this host lets even root mount nothing (%s): a container needs CAP_SYS_ADMIN", said)
	}
	t.Cleanup(func() {
		if said, ok := run(context.Background(), []string{"umount", at}); !ok {
			t.Errorf("umount %s: %s", at, said)
		}
	})
}

func run(ctx context.Context, argv []string) (said string, ok bool) {
	var out bytes.Buffer
	exit, err := command.Local{}.Run(ctx, drivers.Command{Argv: argv, Stdout: &out, Stderr: &out})
	if err != nil {
		return err.Error(), false
	}
	return string(bytes.TrimSpace(out.Bytes())), exit.OK()
}
