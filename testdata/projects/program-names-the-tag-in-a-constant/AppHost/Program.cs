var builder = DistributedApplication.CreateBuilder(args);
const string kratosImage = "oryd/kratos";
const string kratosImageTag = "v1.3.1";
builder.AddContainer("kratos", kratosImage, kratosImageTag)
    .WithBindMount("../kratos", "/etc/config/kratos", isReadOnly: true)
    .WithEnvironment("DSN", dsn)
    .WithArgs("serve", "--config", "/etc/config/kratos/kratos.yml", "--dev");
