module acme/id

go 1.22

require github.com/ory/kratos v1.1.0
