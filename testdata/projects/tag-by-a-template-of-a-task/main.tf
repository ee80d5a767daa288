variable "kratos_version" {
  type    = string
  default = "v1.2.0"
}

resource "aws_ecs_task_definition" "kratos" {
  family                = "kratos"
  container_definitions = templatefile("${path.module}/task.json.tftpl", {
    version = var.kratos_version
  })
}
