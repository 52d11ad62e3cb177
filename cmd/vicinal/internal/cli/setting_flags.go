package cli

import (
	"github.com/spf13/pflag"

	"github.com/vicinal-ml/vicinal/train"
)

// settingFlags defines flags that set a field of the spec.
type settingFlags struct {
	spec  *specFlags
	flags *pflag.FlagSet
}

func (d settingFlags) text(name string, field func(*train.Spec) *string, usage string) {
	p := setting(d.spec, name, field)
	d.flags.StringVar(p, name, *p, usage)
}

func (d settingFlags) count(name string, field func(*train.Spec) *int, usage string) {
	p := setting(d.spec, name, field)
	d.flags.IntVar(p, name, *p, usage)
}

func (d settingFlags) number(name string, field func(*train.Spec) *float64, usage string) {
	p := setting(d.spec, name, field)
	d.flags.Float64Var(p, name, *p, usage)
}

func (d settingFlags) toggle(name string, field func(*train.Spec) *bool, usage string) {
	p := setting(d.spec, name, field)
	d.flags.BoolVar(p, name, *p, usage)
}
