<?php
/**
 * Plugin Name:       Cuttings
 * Description:       Puts the widget of a Cuttings server on your pages: readers ask your articles, and get sentences of them back, each with its source.
 * Version:           0.1.0
 * Requires at least: 6.3
 * Requires PHP:      7.4
 * License:           MIT
 * Text Domain:       cuttings
 *
 * It writes one script tag, whose address is that of the server in the settings, and loads nothing else from
 * anywhere. Nothing is sent to WordPress by readers, and nothing is kept in its database but the settings.
 */

defined( 'ABSPATH' ) || exit;

const CUTTINGS_OPTION = 'cuttings';

/** What the widget can be told, by the names of the script's attributes without "data-"; docs/widget.md. */
const CUTTINGS_ATTRIBUTES = array( 'title', 'accent', 'lang', 'theme', 'position', 'collection' );

/** The settings, each of them a string. */
function cuttings_settings() {
	$stored   = get_option( CUTTINGS_OPTION, array() );
	$defaults = array_fill_keys( array_merge( array( 'server', 'button' ), CUTTINGS_ATTRIBUTES ), '' );
	return array_merge( $defaults, array_intersect_key( is_array( $stored ) ? $stored : array(), $defaults ) );
}

/** The address of the server with a slash at its end; '' where it is none that a browser can load a script from. */
function cuttings_server( $typed ) {
	$typed = is_scalar( $typed ) ? trim( (string) $typed ) : '';
	$parts = wp_parse_url( $typed );
	$whole = is_array( $parts ) && ! empty( $parts['host'] ) && in_array( $parts['scheme'] ?? '', array( 'http', 'https' ), true );
	if ( ! $whole || isset( $parts['user'] ) || isset( $parts['query'] ) || isset( $parts['fragment'] ) ) {
		return '';
	}
	return trailingslashit( esc_url_raw( $typed, array( 'http', 'https' ) ) );
}

/** A value of an attribute as the widget takes it; '' where it is none. */
function cuttings_value( $name, $typed ) {
	$typed = sanitize_text_field( is_scalar( $typed ) ? (string) $typed : '' );
	switch ( $name ) {
		case 'theme':
			return in_array( $typed, array( 'light', 'dark', 'auto' ), true ) ? $typed : '';
		case 'position':
			return in_array( $typed, array( 'left', 'right' ), true ) ? $typed : '';
		case 'lang':
			return preg_match( '/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/', $typed ) ? $typed : '';
		case 'collection':
			return preg_match( '/^[\w.-]{1,100}$/u', $typed ) ? $typed : '';
		default:
			return mb_substr( $typed, 0, 200 );
	}
}

/** The script tag; '' without a server. `$target` is the selector of the element to fill, '' for a button in the corner. */
function cuttings_tag( array $given, $target = '' ) {
	$settings = cuttings_settings();
	$server   = cuttings_server( $settings['server'] );
	if ( '' === $server ) {
		return '';
	}
	// The last keeps optimising plugins from bundling it: the widget finds its server by its own address.
	$tag = array( 'src' => esc_url( $server . 'widget.js' ), 'defer' => true, 'data-no-optimize' => '1', 'data-cfasync' => 'false' );
	foreach ( CUTTINGS_ATTRIBUTES as $name ) {
		$value = cuttings_value( $name, $given[ $name ] ?? '' );
		$value = '' === $value ? cuttings_value( $name, $settings[ $name ] ) : $value;
		if ( '' !== $value ) {
			$tag[ 'data-' . $name ] = $value;
		}
	}
	if ( '' !== $target ) {
		$tag['data-target'] = $target;
	}
	return wp_get_script_tag( $tag );
}

/** The widget in the text, for the shortcode [cuttings title="..."] and for the block. */
function cuttings_inline( $given ) {
	static $count = 0;
	++$count;
	$id  = 'cuttings-' . $count;
	$tag = cuttings_tag( is_array( $given ) ? $given : array(), '#' . $id );
	if ( '' === $tag ) {
		// Readers see nothing; who can put it right is told.
		return current_user_can( 'manage_options' )
			? '<p>' . esc_html__( 'Cuttings: set the address of your server under Settings, Cuttings.', 'cuttings' ) . '</p>'
			: '';
	}
	return '<div id="' . esc_attr( $id ) . '" class="cuttings"></div>' . $tag;
}

/** The button in the corner of every page, where the settings ask for it. */
function cuttings_footer() {
	if ( '1' === cuttings_settings()['button'] ) {
		echo cuttings_tag( array() ); // phpcs:ignore WordPress.Security.EscapeOutput -- wp_get_script_tag escapes
	}
}

/** What the settings page sends, as it is stored. WordPress has checked the nonce and the right to change options. */
function cuttings_sanitize( $sent ) {
	$sent   = is_array( $sent ) ? $sent : array();
	$server = cuttings_server( $sent['server'] ?? '' );
	if ( '' === $server && ! empty( $sent['server'] ) ) {
		$about = __( 'The address of the server is to be like https://cuttings.example.org; it was not stored.', 'cuttings' );
		add_settings_error( CUTTINGS_OPTION, 'server', $about );
		$server = cuttings_server( cuttings_settings()['server'] );
	}
	$kept = array( 'server' => $server, 'button' => empty( $sent['button'] ) ? '' : '1' );
	foreach ( CUTTINGS_ATTRIBUTES as $name ) {
		$kept[ $name ] = cuttings_value( $name, $sent[ $name ] ?? '' );
	}
	return $kept;
}

/** The settings page. */
function cuttings_page() {
	if ( ! current_user_can( 'manage_options' ) ) {
		return;
	}
	$settings = cuttings_settings();
	$fields   = array(
		'server'     => array( __( 'Server', 'cuttings' ), __( 'Its address, such as https://cuttings.example.org. It has to allow this site: cuttings serve --allow-site', 'cuttings' ) . ' ' . home_url() ),
		'title'      => array( __( 'Title', 'cuttings' ), __( 'The heading, such as Ask our archive.', 'cuttings' ) ),
		'accent'     => array( __( 'Colour', 'cuttings' ), __( 'Of the buttons, such as #8a1538.', 'cuttings' ) ),
		'lang'       => array( __( 'Language', 'cuttings' ), __( 'en, cy, de, fr, es or it; empty for that of the page.', 'cuttings' ) ),
		'theme'      => array( __( 'Theme', 'cuttings' ), __( 'light or dark; empty for that of the page.', 'cuttings' ) ),
		'position'   => array( __( 'Corner', 'cuttings' ), __( 'left or right.', 'cuttings' ) ),
		'collection' => array( __( 'Collection', 'cuttings' ), __( 'Its name, where the server has several.', 'cuttings' ) ),
	);
	echo '<div class="wrap"><h1>' . esc_html__( 'Cuttings', 'cuttings' ) . '</h1><form action="options.php" method="post">';
	settings_fields( CUTTINGS_OPTION );
	echo '<table class="form-table" role="presentation">';
	foreach ( $fields as $name => list( $label, $about ) ) {
		printf(
			'<tr><th scope="row"><label for="cuttings-%1$s">%2$s</label></th><td><input class="regular-text" id="cuttings-%1$s" name="%3$s[%1$s]" value="%4$s"><p class="description">%5$s</p></td></tr>',
			esc_attr( $name ),
			esc_html( $label ),
			esc_attr( CUTTINGS_OPTION ),
			esc_attr( $settings[ $name ] ),
			esc_html( $about )
		);
	}
	printf(
		'<tr><th scope="row">%1$s</th><td><label><input type="checkbox" name="%2$s[button]" value="1"%3$s> %4$s</label><p class="description">%5$s</p></td></tr></table>',
		esc_html__( 'Button', 'cuttings' ),
		esc_attr( CUTTINGS_OPTION ),
		checked( '1', $settings['button'], false ),
		esc_html__( 'In the corner of every page', 'cuttings' ),
		esc_html__( 'Besides, the block Cuttings and the shortcode [cuttings] put it into a page.', 'cuttings' )
	);
	submit_button();
	echo '</form></div>';
}

add_action( 'wp_footer', 'cuttings_footer' );
add_action(
	'admin_menu',
	function () {
		add_options_page( 'Cuttings', 'Cuttings', 'manage_options', 'cuttings', 'cuttings_page' );
	}
);
add_action(
	'admin_init',
	function () {
		register_setting( CUTTINGS_OPTION, CUTTINGS_OPTION, array( 'type' => 'array', 'sanitize_callback' => 'cuttings_sanitize' ) );
	}
);
add_action(
	'init',
	function () {
		add_shortcode( 'cuttings', 'cuttings_inline' );
		wp_register_script( 'cuttings-block', false, array( 'wp-blocks', 'wp-element', 'wp-block-editor', 'wp-components' ), '0.1.0', true );
		wp_add_inline_script( 'cuttings-block', CUTTINGS_BLOCK );
		$attributes = array_fill_keys( CUTTINGS_ATTRIBUTES, array( 'type' => 'string', 'default' => '' ) );
		register_block_type(
			'cuttings/ask',
			array(
				'api_version'           => 3,
				'title'                 => 'Cuttings',
				'category'              => 'widgets',
				'icon'                  => 'format-quote',
				'attributes'            => $attributes,
				'editor_script_handles' => array( 'cuttings-block' ),
				'render_callback'       => 'cuttings_inline',
			)
		);
	}
);

/** The block in the editor: a placeholder with the fields that one page may set otherwise. */
const CUTTINGS_BLOCK = <<<'JS'
(function (blocks, element, editor, components) {
  var el = element.createElement;
  blocks.registerBlockType("cuttings/ask", {
    edit: function (props) {
      var fields = ["title", "collection", "theme", "lang"].map(function (name) {
        return el(components.TextControl, {
          key: name,
          label: name,
          value: props.attributes[name],
          onChange: function (value) { props.setAttributes({ [name]: value }); },
        });
      });
      var about = { icon: "format-quote", label: "Cuttings", instructions: "Readers ask your articles here. Empty fields are as in Settings, Cuttings." };
      return el("div", editor.useBlockProps(), el(components.Placeholder, about, fields));
    },
    save: function () { return null; },
  });
})(window.wp.blocks, window.wp.element, window.wp.blockEditor, window.wp.components);
JS;
