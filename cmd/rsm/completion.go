package main

import (
	"fmt"

	"github.com/urfave/cli/v2"
)

func completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print a completion script for a shell",
		ArgsUsage: "bash|zsh|fish",
		Description: `EXAMPLE
   source <(rsm completion bash)`,
		BashComplete: func(c *cli.Context) { fmt.Fprintln(c.App.Writer, "bash\nzsh\nfish") },
		Action: func(c *cli.Context) error {
			if c.NArg() != 1 {
				return usagef(c.Command.Name, "give one shell: bash, zsh or fish")
			}
			switch shell := c.Args().First(); shell {
			case "bash":
				fmt.Fprint(c.App.Writer, bashCompletion)
			case "zsh":
				fmt.Fprint(c.App.Writer, zshCompletion)
			case "fish":
				s, err := c.App.ToFishCompletion()
				if err != nil {
					return failure{err}
				}
				fmt.Fprint(c.App.Writer, s)
			default:
				return usagef(c.Command.Name, "shell %q is not supported: give bash, zsh or fish", shell)
			}
			return nil
		},
	}
}

// The program itself lists what may come next when its last argument is
// --generate-bash-completion.
const bashCompletion = `_rsm() {
  local cur="${COMP_WORDS[COMP_CWORD]}" words=("${COMP_WORDS[@]:0:COMP_CWORD}")
  [[ "$cur" == -* ]] && words+=("$cur")
  COMPREPLY=($(compgen -W "$("${words[@]}" --generate-bash-completion 2>/dev/null)" -- "$cur"))
}
complete -o bashdefault -o default -F _rsm rsm
`

const zshCompletion = `#compdef rsm
_rsm() {
  local -a options
  if [[ "${words[CURRENT]}" == -* ]]; then
    options=("${(@f)$("${words[@]:0:CURRENT}" --generate-bash-completion 2>/dev/null)}")
  else
    options=("${(@f)$("${words[@]:0:CURRENT-1}" --generate-bash-completion 2>/dev/null)}")
  fi
  _describe 'rsm' options
  _files
}
compdef _rsm rsm
`
