// Command gen-policy writes the native policies that Tilsyn ships to config/policy. Run it in the root of the repository.
package main

import (
	"bytes"
	"fmt"
	"os"

	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/admission"
)

const approval = `# Written by hack/gen-policy from internal/admission; do not edit: a policy that differs from the one that the operator
# knows verifies nothing. It lets nobody but the approver write the annotation ` + admission.ApprovalMark + ` on
# ControlExceptions and Attestations, or change the spec beside it. Without the annotation it refuses nothing.
`

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen-policy:", err)
		os.Exit(1)
	}
}

func run() error {
	out := bytes.NewBufferString(approval)
	for _, o := range []any{admission.ApprovalPolicy(), admission.ApprovalBinding()} {
		raw, err := yaml.Marshal(o)
		if err != nil {
			return err
		}
		out.WriteString("---\n")
		out.Write(withoutEmpty(raw))
	}
	return os.WriteFile("config/policy/approval.yaml", out.Bytes(), 0o644)
}

// withoutEmpty drops what Go writes of empty structs.
func withoutEmpty(raw []byte) []byte {
	var out []byte
	for line := range bytes.Lines(raw) {
		if text := bytes.TrimSpace(line); bytes.Equal(text, []byte("creationTimestamp: null")) || bytes.Equal(text, []byte("status: {}")) {
			continue
		}
		out = append(out, line...)
	}
	return out
}
