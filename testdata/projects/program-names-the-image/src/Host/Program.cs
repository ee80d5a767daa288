var builder = DistributedApplication.CreateBuilder(args);
// builder.AddContainer("kratos", "oryd/kratos:v1.0.0")
builder.AddContainer("kratos", "oryd/kratos:v1.2.0")
    .WithEnvironment("DSN", dsn)
    .WithBindMount("../../kratos", "/etc/config/kratos")
    .WithArgs("serve", "-c", "/etc/config/kratos/kratos.yml", "--dev");
