<?php
// What the plugin in deploy/wordpress asks of WordPress, as its documentation says that it behaves. Standard input is
// JSON: {"option", "can", "shortcode", "sent"}; standard output what a page, the block, the footer and the settings are.
define( 'ABSPATH', '/' );
$given = json_decode( stream_get_contents( STDIN ), true );
$hooks = $errors = $shortcodes = $blocks = array();
function get_option( $name, $default ) { global $given; return $given['option'] ?? $default; }
function current_user_can( $what ) { global $given; return $given['can'] ?? false; }
function add_action( $hook, $call ) { global $hooks; $hooks[ $hook ][] = $call; }
function add_shortcode( $tag, $call ) { global $shortcodes; $shortcodes[ $tag ] = $call; }
function add_options_page( ...$args ) {}
function register_setting( ...$args ) {}
function wp_register_script( ...$args ) {}
function wp_add_inline_script( $handle, $code ) { global $inline; $inline = $code; }
function register_block_type( $name, $args ) { global $blocks; $blocks[ $name ] = $args; }
function add_settings_error( $setting, $code, $message ) { global $errors; $errors[] = $message; }
function settings_fields( $group ) { echo '<input type="hidden" name="_wpnonce" value="n">'; }
function submit_button() { echo '<button>Save</button>'; }
function checked( $a, $b, $echo ) { return $a === $b ? ' checked' : ''; }
function home_url() { return 'https://site.example'; }
function __( $text, $domain ) { return $text; }
function esc_html( $text ) { return htmlspecialchars( $text, ENT_QUOTES ); }
function esc_html__( $text, $domain ) { return esc_html( $text ); }
function esc_attr( $text ) { return htmlspecialchars( $text, ENT_QUOTES ); }
function esc_url( $url ) { return htmlspecialchars( esc_url_raw( $url, array( 'http', 'https' ) ), ENT_QUOTES ); }
function esc_url_raw( $url, $schemes ) { return preg_replace( '/[^a-z0-9-~+_.?#=!&;,\/:%@$|*\'()\[\]]/i', '', $url ); }
function wp_parse_url( $url ) { return parse_url( $url ); }
function trailingslashit( $text ) { return rtrim( $text, '/' ) . '/'; }
function sanitize_text_field( $text ) { return trim( preg_replace( '/[\r\n\t ]+/', ' ', strip_tags( $text ) ) ); }
function wp_get_script_tag( $attributes ) {
	$text = '';
	foreach ( $attributes as $name => $value ) {
		$text .= true === $value ? " $name" : sprintf( ' %s="%s"', $name, esc_attr( $value ) );
	}
	return "<script$text></script>\n";
}
if ( ! function_exists( 'mb_substr' ) ) { // WordPress has it where PHP has not
	function mb_substr( $text, $start, $length ) { return substr( $text, $start, $length ); }
}
function run( $hook ) {
	global $hooks;
	ob_start();
	foreach ( $hooks[ $hook ] ?? array() as $call ) {
		$call();
	}
	return ob_get_clean();
}
require $argv[1];
run( 'init' );
ob_start();
cuttings_page();
$page = ob_get_clean();
echo json_encode(
	array(
		// WordPress gives '' where a shortcode has no attributes.
		'shortcode' => $shortcodes['cuttings']( $given['shortcode'] ?? '' ),
		'block'     => $blocks['cuttings/ask']['render_callback']( $given['shortcode'] ?? array() ),
		'footer'    => run( 'wp_footer' ),
		'settings'  => $page,
		'stored'    => cuttings_sanitize( $given['sent'] ?? array() ),
		'errors'    => $errors,
		'inline'    => $inline,
	)
);
