{ config, ... }: {
  virtualisation.oci-containers.containers.kratos = {
    image = "oryd/kratos:v1.0.0";
    cmd = [ "serve" "-c" "/etc/config/kratos/kratos.yml" ];
    environment = {
      DSN = "postgres://kratos:geheim@db.example.org:5432/kratos";
      SECRETS_COOKIE_0 = "Aquae9gohx2Ohxai5quaeC2ohShoh4ah";
      SECRETS_CIPHER_0 = "Thee7ohfeiPhoh3Aitheng9ohPh4quai";
    };
    volumes = [ "${./kratos}:/etc/config/kratos" ];
  };
}
