package main

import "github.com/ory/kratos/cmd"

func main() { cmd.Execute() }
