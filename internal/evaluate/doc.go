// Package evaluate puts controls and facts together.
//
// Resolve makes of the resources of tilsyn.dev what is in force: solutions, environments with their namespaces, levels and
// allowed places, and which control has which mode and parameters. Evaluate asks every control about every subject and
// remembers the answers, so that a change costs what it touches. Both are pure: they read facts and a given time, nothing
// else. A rule that panics, and evidence that cannot be read, give Unknown for that control and subject alone.
package evaluate
