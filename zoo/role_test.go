package zoo

import "testing"

// Every variable of every network is named by its layer and its role, and is
// what its role says.
func TestRoles(t *testing.T) {
	seen := map[Role]bool{}
	for _, spec := range Names() {
		n, err := Default(spec)
		if err != nil {
			t.Fatalf("%s: %v", spec, err)
		}
		type place struct {
			layer string
			role  Role
		}
		places := map[place]bool{}
		for _, v := range n.Variables {
			if v.Path != v.Layer+"/"+v.Role.String() || v.Layer == "" {
				t.Errorf("%s: variable %s is the %v of layer %q", spec, v.Path, v.Role, v.Layer)
			}
			if places[place{v.Layer, v.Role}] {
				t.Errorf("%s: layer %s has two of role %v", spec, v.Layer, v.Role)
			}
			places[place{v.Layer, v.Role}] = true
			seen[v.Role] = true
			if vector := len(v.Dims) == 1; vector == (v.Role == Weight) {
				t.Errorf("%s: %s has shape %v", spec, v.Path, v.Dims)
			}
			if statistic := v.Role == RunningMean || v.Role == RunningVariance; statistic && v.Trainable {
				t.Errorf("%s: %s is trained", spec, v.Path)
			}
			one := v.Role == Scale || v.Role == RunningVariance
			if want := map[bool]Init{true: ones, false: zeros}[one]; v.Role != Weight && v.Init != want {
				t.Errorf("%s: %s begins as %+v, want %+v", spec, v.Path, v.Init, want)
			}
		}
	}
	for role := range Role(len(roleNames)) {
		if !seen[role] {
			t.Errorf("no network has a %v", role)
		}
	}
}

func TestRoleString(t *testing.T) {
	for role, want := range map[Role]string{
		Weight: "kernel", Bias: "bias", Scale: "scale", Offset: "offset", RunningMean: "mean", RunningVariance: "variance",
		-1: "role -1", 6: "role 6",
	} {
		if got := role.String(); got != want {
			t.Errorf("role %d is called %q, want %q", int(role), got, want)
		}
	}
}
