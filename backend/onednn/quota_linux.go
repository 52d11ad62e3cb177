package onednn

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// cpuQuota is how many processors the time is worth that the control groups of this process have, rounded up;
// [math.MaxInt] without a limit. It reads /proc and the mounted groups of versions 1 and 2 below root, which is /. A group
// has what the smallest quota on the way up to the mount allows.
func cpuQuota(root string) int {
	least := math.MaxInt
	paths := groupPaths(root)
	mounts, _ := os.ReadFile(filepath.Join(root, "proc/self/mountinfo"))
	for line := range strings.Lines(string(mounts)) {
		// 36 35 98:0 ROOT MOUNT options [tags] - TYPE source OPTIONS; see proc_pid_mountinfo(5)
		before, after, _ := strings.Cut(line, " - ")
		mount, kind := strings.Fields(before), strings.Fields(after)
		if len(mount) < 5 || len(kind) < 3 {
			continue
		}
		read, path := groupQuota1, paths["cpu"]
		switch {
		case kind[0] == "cgroup2":
			read, path = groupQuota2, paths[""]
		case kind[0] != "cgroup" || !slices.Contains(strings.Split(kind[2], ","), "cpu"):
			continue
		}
		// In a container the mount may begin at the group that the path is of, or the path be of another namespace.
		top := filepath.Join(root, unescapeMount.Replace(mount[4]))
		within, ok := strings.CutPrefix(path, strings.TrimSuffix(unescapeMount.Replace(mount[3]), "/"))
		if !ok || strings.Contains(within, "..") {
			within = "/"
		}
		for dir := filepath.Join(top, within); ; dir = filepath.Dir(dir) {
			least = min(least, read(dir))
			if dir == top {
				break
			}
		}
	}
	return least
}

// unescapeMount undoes the escapes of mountinfo.
var unescapeMount = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)

// groupPaths are the paths of this process's control groups by controller; "" is version 2's.
func groupPaths(root string) map[string]string {
	paths := make(map[string]string)
	text, _ := os.ReadFile(filepath.Join(root, "proc/self/cgroup"))
	for line := range strings.Lines(string(text)) {
		if f := strings.SplitN(strings.TrimSpace(line), ":", 3); len(f) == 3 { // 4:cpu,cpuacct:/path
			for controller := range strings.SplitSeq(f[1], ",") {
				paths[controller] = f[2]
			}
		}
	}
	return paths
}

// groupQuota2 is the quota of a group of version 2: "max 100000", or microseconds of time and of the period.
func groupQuota2(dir string) int {
	text, err := os.ReadFile(filepath.Join(dir, "cpu.max"))
	fields := strings.Fields(string(text))
	if err != nil || len(fields) != 2 {
		return math.MaxInt
	}
	return processorsFor(fields[0], fields[1])
}

// groupQuota1 is the quota of a group of version 1, -1 where it has none.
func groupQuota1(dir string) int {
	quota, err1 := os.ReadFile(filepath.Join(dir, "cpu.cfs_quota_us"))
	period, err2 := os.ReadFile(filepath.Join(dir, "cpu.cfs_period_us"))
	if err1 != nil || err2 != nil {
		return math.MaxInt
	}
	return processorsFor(strings.TrimSpace(string(quota)), strings.TrimSpace(string(period)))
}

// processorsFor is a quota of time in each period, rounded up to whole processors.
func processorsFor(quota, period string) int {
	q, err1 := strconv.Atoi(quota)
	p, err2 := strconv.Atoi(period)
	if err1 != nil || err2 != nil || q <= 0 || p <= 0 {
		return math.MaxInt
	}
	return max(1, (q-1)/p+1)
}
