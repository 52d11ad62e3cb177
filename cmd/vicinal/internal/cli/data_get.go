package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/data"
)

// DataGetOptions are the options of "vicinal data get".
type DataGetOptions struct {
	Name, Home, From string
}

// NewCmdDataGet is "vicinal data get".
func NewCmdDataGet(f *Factory, runF func(*DataGetOptions) error) *cobra.Command {
	o := &DataGetOptions{}
	cmd := &cobra.Command{
		Use:   "get <name>",
		Short: "Download a data set",
		Long: prose(f.IO, `Download a data set from its official source, check and unpack it. The same command goes on with a
download that was interrupted, and does nothing where the set is there.`),
		Example: `  vicinal data get fashion-mnist
  vicinal data get cifar10 --from /mnt/archives
  vicinal data get cifar10 --from https://mirror.example.org/cifar/`,
		Args: oneArg("name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Name = args[0]
			if runF != nil {
				return runF(o)
			}
			return runDataGet(cmd.Context(), f, o)
		},
		ValidArgsFunction: completeDataName,
	}
	addHome(cmd, &o.Home)
	cmd.Flags().StringVar(&o.From, "from", "", "a `place` that has the files in place of the official source: a URL or a folder")
	return cmd
}

// addHome defines the flag for the folder of all downloaded sets.
func addHome(cmd *cobra.Command, home *string) {
	cmd.Flags().StringVar(home, "home", "", "the `folder` of all downloaded sets (default: VICINAL_DATA, else vicinal/data in the cache folder)")
	complete(cmd, "home", cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs))
}

func runDataGet(ctx context.Context, f *Factory, o *DataGetOptions) error {
	p := newTransfer(f.IO)
	dir, err := data.Get(ctx, o.Name, data.GetOptions{Home: o.Home, From: o.From, Progress: p.show})
	p.close()
	if err != nil {
		return dataError(err)
	}
	f.IO.Printf("%s\n", dir)
	return nil
}
