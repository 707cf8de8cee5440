// Package admission holds the native policies that Tilsyn ships, and says what it follows that they are in force.
//
// The policies are the same in every cluster. hack/gen-policy writes them to config/policy.
package admission
