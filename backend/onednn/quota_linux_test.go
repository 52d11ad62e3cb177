package onednn

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeSystem writes files below a folder, which stands for /.
func fakeSystem(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// TestCPUQuota reads the limits of containers and of services, in both versions of control groups.
func TestCPUQuota(t *testing.T) {
	const (
		mounts2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
		mounts1 = "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n" +
			"32 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw shared:10 - cgroup cgroup rw,cpu,cpuacct\n" +
			"33 31 0:31 / /sys/fs/cgroup/memory rw shared:11 - cgroup cgroup rw,memory\n"
	)
	for _, test := range []struct {
		name  string
		files map[string]string
		want  int
	}{
		{"no /proc", nil, math.MaxInt},
		{"version 2, no limit", map[string]string{"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": mounts2, "sys/fs/cgroup/cpu.max": "max 100000\n"}, math.MaxInt},
		{"version 2, a container", map[string]string{"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": mounts2, "sys/fs/cgroup/cpu.max": "250000 100000\n"}, 3},
		{"version 2, whole processors", map[string]string{"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": mounts2, "sys/fs/cgroup/cpu.max": "200000 100000\n"}, 2},
		{"version 2, a tenth", map[string]string{"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": mounts2, "sys/fs/cgroup/cpu.max": "10000 100000\n"}, 1},
		{"version 2, a service within a slice", map[string]string{
			"proc/self/cgroup": "0::/user.slice/job.scope\n", "proc/self/mountinfo": mounts2,
			"sys/fs/cgroup/user.slice/cpu.max": "400000 100000\n", "sys/fs/cgroup/user.slice/job.scope/cpu.max": "max 100000\n",
		}, 4},
		{"version 2, the inner one is smaller", map[string]string{
			"proc/self/cgroup": "0::/user.slice/job.scope\n", "proc/self/mountinfo": mounts2,
			"sys/fs/cgroup/user.slice/cpu.max": "400000 100000\n", "sys/fs/cgroup/user.slice/job.scope/cpu.max": "50000 20000\n",
		}, 3},
		{"version 2, another namespace", map[string]string{
			"proc/self/cgroup": "0::/../../other\n", "proc/self/mountinfo": mounts2, "sys/fs/cgroup/cpu.max": "100000 100000\n",
		}, 1},
		{"version 1, no limit", map[string]string{
			"proc/self/cgroup": "4:cpu,cpuacct:/\n0::/\n", "proc/self/mountinfo": mounts1,
			"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n", "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
		}, math.MaxInt},
		{"version 1, a group", map[string]string{
			"proc/self/cgroup": "5:memory:/other\n4:cpu,cpuacct:/jobs/7\n", "proc/self/mountinfo": mounts1,
			"sys/fs/cgroup/cpu,cpuacct/jobs/7/cpu.cfs_quota_us": "150000\n", "sys/fs/cgroup/cpu,cpuacct/jobs/7/cpu.cfs_period_us": "50000\n",
		}, 3},
		{"version 1, a container that sees its own group alone", map[string]string{
			"proc/self/cgroup":                           "4:cpu,cpuacct:/docker/abc\n",
			"proc/self/mountinfo":                        strings.Replace(mounts1, "0:30 / ", "0:30 /docker/abc ", 1),
			"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "600000\n", "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
		}, 6},
		{"both versions", map[string]string{
			"proc/self/cgroup": "4:cpu:/\n0::/\n", "proc/self/mountinfo": mounts1 + strings.Replace(mounts2, "/sys/fs/cgroup ", "/sys/fs/cgroup/unified ", 1),
			"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "500000\n", "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
		}, 5},
		{"a mount with a space", map[string]string{
			"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": strings.Replace(mounts2, "/sys/fs/cgroup ", `/sys/my\040group `, 1),
			"sys/my group/cpu.max": "700000 100000\n",
		}, 7},
		{"damaged", map[string]string{
			"proc/self/cgroup": "0:\n::::\n0::/\n", "proc/self/mountinfo": " - \n - a\n" + mounts2, "sys/fs/cgroup/cpu.max": "100000 0\n",
		}, math.MaxInt},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := cpuQuota(fakeSystem(t, test.files)); got != test.want {
				t.Errorf("%d processors, want %d", got, test.want)
			}
		})
	}
}

// TestCores counts the cores behind an affinity mask, on a machine of 32 cores with two hardware threads each, numbered
// as pairs of neighbours or with the second threads last.
func TestCores(t *testing.T) {
	neighbours, last := make(map[string]string), make(map[string]string)
	for n := range 64 {
		dir := fmt.Sprintf("sys/devices/system/cpu/cpu%d/topology/", n)
		neighbours[dir+"thread_siblings_list"] = fmt.Sprintf("%d-%d\n", n&^1, n|1)
		last[dir+"core_cpus_list"] = fmt.Sprintf("%d,%d\n", n%32, n%32+32)
		last[dir+"thread_siblings_list"] = "0\n" // the newer name counts
	}
	list := func(from, to int) []int {
		var l []int
		for n := from; n < to; n++ {
			l = append(l, n)
		}
		return l
	}
	for _, test := range []struct {
		name       string
		files      map[string]string
		processors []int
		want       int
	}{
		{"all", neighbours, list(0, 64), 32},
		{"eight threads of four cores", neighbours, list(8, 16), 4},
		{"half of a core", neighbours, []int{3}, 1},
		{"one thread each of three cores", neighbours, []int{0, 2, 63}, 3},
		{"eight cores, one thread each", last, list(8, 16), 8},
		{"both threads of two cores", last, []int{0, 1, 32, 33}, 2},
		{"no topology", nil, list(0, 5), 5},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := cores(fakeSystem(t, test.files), test.processors); got != test.want {
				t.Errorf("%d cores, want %d", got, test.want)
			}
		})
	}
}
