var builder = DistributedApplication.CreateBuilder(args);
var kratos = builder.AddContainer("kratos", "oryd/kratos", "v1.2.0")
    .WithBindMount("../kratos", "/etc/config/kratos")
    .WithEnvironment("DSN", "memory")
    .WithArgs("serve", "-c", "/etc/config/kratos/kratos.yml", "--dev", "--watch-courier");
