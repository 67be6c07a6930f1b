package runbook

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestScanTmp(t *testing.T) {
	root := os.Getenv("SCAN")
	if root == "" {
		return
	}
	out, _ := os.Create("/tmp/scan/out.txt")
	defer out.Close()
	n := 0
	var bytes int64
	start := time.Now()
	filepath.Walk(root, func(p string, i os.FileInfo, err error) error {
		if err != nil || i.IsDir() || !strings.HasSuffix(p, ".md") {
			return nil
		}
		t0 := time.Now()
		rb, err := Load(p)
		if err != nil {
			fmt.Fprintln(out, "ERR", p, err)
			return nil
		}
		n++
		bytes += i.Size()
		Lint(rb, LintEnv{})
		d := time.Since(t0)
		cmds := 0
		rb.allSteps(func(s *Step) { cmds += len(s.Commands()) })
		fmt.Fprintf(out, "%d\t%d\t%d\t%d\t%d\t%v\t%s\n", len(rb.Steps), len(rb.Prerequisites), len(rb.Rollback), len(rb.PostRecovery), cmds, d, p)
		return nil
	})
	fmt.Println(n, bytes, time.Since(start))
}
