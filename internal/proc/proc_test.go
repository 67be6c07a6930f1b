package proc_test

import (
	"bufio"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/lifeboat-dr/lifeboat/internal/proc"
)

func TestSelfIsAlive(t *testing.T) {
	self := proc.Self()
	if !self.Alive() || self.PID != os.Getpid() {
		t.Errorf("%+v is not alive", self)
	}
	other := self
	other.Start++
	if other.Alive() {
		t.Error("another start time is another process")
	}
	other = self
	other.Boot = "before"
	if other.Alive() {
		t.Error("another boot is another process")
	}
	if (proc.ID{}).Alive() {
		t.Error("no process is alive")
	}
}

func TestTheDeadAreNotAlive(t *testing.T) {
	c := exec.Command("sleep", "60")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	id := proc.Of(c.Process.Pid)
	if !id.Alive() {
		t.Error("it runs")
	}
	_ = c.Process.Kill()
	for id.Alive() { // a zombie counts as dead, before Wait
	}
	_ = c.Wait()
	if id.Alive() {
		t.Error("it was waited for")
	}
}

func TestSessionFindsTheChildren(t *testing.T) {
	c := exec.Command("sh", "-c", "sleep 61 & echo $!; wait")
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	leader := proc.Of(c.Process.Pid)
	if got := proc.Session(leader); len(got) != 2 {
		t.Errorf("found %+v", got)
	}
	_ = c.Process.Kill()
	_ = c.Wait()
	rest := proc.Session(leader)
	if len(rest) != 1 {
		t.Errorf("after its leader's end: %+v", rest)
	}
	for _, p := range rest {
		_ = syscall.Kill(p.PID, syscall.SIGKILL)
	}
	other := leader
	other.Start++
	if got := proc.Session(proc.ID{PID: os.Getpid(), Start: 1, Boot: leader.Boot}); got != nil {
		t.Errorf("a session of another's: %+v", got)
	}
}
