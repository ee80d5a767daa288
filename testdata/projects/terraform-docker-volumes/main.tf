resource "docker_image" "kratos" {
  name = "oryd/kratos:v1.3.1"
}
resource "docker_container" "kratos" {
  name = "kratos"
  image = docker_image.kratos.image_id
  command = ["serve", "-c", "/etc/config/kratos/kratos.yml"]
  env = ["DSN=postgres://kratos:geheim@db.example.org:5432/kratos", "SECRETS_COOKIE_0=Aquae9gohx2Ohxai5quaeC2ohShoh4ah", "SECRETS_CIPHER_0=Thee7ohfeiPhoh3Aitheng9ohPh4quai"]
  volumes {
    host_path = abspath("${path.module}/kratos")
    container_path = "/etc/config/kratos"
  }
}
